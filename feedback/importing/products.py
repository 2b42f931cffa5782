from feedback.importing.ledger import BATCH, Ledger, snapshot
from feedback.importing.names import Names
from feedback.importing.reading import Row
from feedback.importing.remarks import Remarks, shown
from feedback.models import Product

FIELDS = ["name", "series", "list_price"]


class Products:
    """The products, in memory, with their list prices; `save` writes what is new or changed."""

    def __init__(self, remarks: Remarks):
        self.remarks = remarks
        self.names = Names(Product, remarks)
        self._before: dict[int, tuple[Product, dict]] = {}

    def read(self, rows: list[Row]) -> None:
        lines = {}
        for row in rows:
            product, made = self.names.listed(row.values["product"])
            if product.key in lines:
                text = f"{shown(row.values['product'])} was on line {lines[product.key]} already."
                self.remarks.refuse(row.file, row.line, row.header("product"), text)
                continue
            lines[product.key] = row.line
            new = {name: row.values[name] for name in ("series", "list_price") if row.values.get(name)}
            changed = {name: value for name, value in new.items() if getattr(product, name) != value}
            if changed and not made:
                self._before[id(product)] = (product, snapshot(product, changed))
            for name, value in changed.items():
                setattr(product, name, value)

    def save(self, ledger: Ledger) -> None:
        Product.objects.bulk_create(self.names.made, batch_size=BATCH)
        changed = list(self._before.values())
        Product.objects.bulk_update([product for product, _ in changed], ["series", "list_price"], batch_size=BATCH)
        for product in self.names.made:
            ledger.made(product, FIELDS)
        for product, before in changed:
            ledger.changed(product, before)
