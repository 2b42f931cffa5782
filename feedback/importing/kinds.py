"""What an export holds, told by its headers and never by its file name."""

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    DEALS = "deals"
    PRODUCTS = "products"
    PEOPLE = "people"
    ACCOUNTS = "accounts"


# Every field an import knows, and what common CRMs (Salesforce, HubSpot, Pipedrive) call it; see `plain`.
ALIASES = {
    "external_id": "opportunityid dealid oppid recordid dealrecordid externalid crmid opportunitynumber id",
    "name": "opportunityname dealname opportunitytitle dealtitle potentialname opportunity deal title name",
    "account": "account accountname company companyname organization organisation organizationname "
    "dealorganization customer customername client associatedcompany associatedcompanynames",
    "owner": "opportunityowner dealowner owner ownername salesagent salesrep salesperson representative assignedto",
    "product": "product productname dealproduct lineitem",
    "stage": "stage dealstage opportunitystage stagename salesstage pipelinestage",
    "outcome": "outcome dealstatus opportunitystatus status",
    "amount": "amount dealamount opportunityamount closevalue dealvalue value totalamount amountincompanycurrency",
    "currency": "currency currencycode currencyisocode opportunitycurrency dealcurrency dealcurrencyofvalue",
    "created_on": "createddate createdate datecreated created createdon createdat creationdate dealdealcreated "
    "dealcreated engagedate",
    "closed_on": "closedate closeddate dateclosed closedon closedat actualclosedate dealdealclosedon dealclosedon",
    "lead_source": "leadsource source dealsource originalsource originalsourcetype originaltrafficsource leadorigin",
    "industry": "industry sector vertical primaryindustry",
    "employees": "employees numberofemployees noofemployees employeecount headcount",
    "region": "region officelocation country countryregion billingcountry location territory",
    "series": "series productfamily productseries family productline",
    "list_price": "listprice salesprice unitprice standardprice price",
    "manager": "manager managername salesmanager teammanager teamlead",
}
DEAL_FIELDS = list(ALIASES)[:12]


@dataclass(frozen=True)
class Layout:
    """Which fields a kind of export has: all of `required`, one of `any_of`, and whatever else of `fields`."""

    kind: Kind
    required: tuple[str, ...]
    any_of: tuple[str, ...]
    fields: tuple[str, ...]
    plain_name: str = ""  # the field that a bare "Name" means here


LAYOUTS = [
    Layout(Kind.DEALS, ("external_id",), ("stage", "outcome", "amount", "closed_on"), tuple(DEAL_FIELDS), "name"),
    Layout(Kind.PRODUCTS, ("product",), ("list_price", "series"), ("product", "series", "list_price"), "product"),
    Layout(Kind.PEOPLE, ("owner", "manager"), (), ("owner", "manager"), "owner"),
    Layout(
        Kind.ACCOUNTS,
        ("account",),
        ("industry", "employees", "region"),
        ("account", "industry", "employees", "region"),
        "account",
    ),
]


@dataclass(frozen=True)
class Shape:
    """How one file is read: the position and the header of every field it has, and the headers nobody reads."""

    kind: Kind
    positions: dict[str, int]
    headers: dict[str, str]
    unread: list[str]


def plain(header: str) -> str:
    """`Close Date`, `close_date` and `closeDate` are one header: letters and digits only, without case."""
    return "".join(letter for letter in header.casefold() if letter.isalnum())


def recognise(header: list[str], columns: dict[str, str]) -> Shape | None:
    """The likeliest kind of export with these headers; `columns` names fields by hand. None when it is none."""
    shapes = [shape for layout in LAYOUTS if (shape := _fit(layout, header, columns))]
    return max(shapes, key=lambda shape: len(shape.positions), default=None)


def known_headers(header: list[str], columns: dict[str, str]) -> int:
    """How many headers mean something in a file of deals, whether or not it can be read as one."""
    return len(_positions(LAYOUTS[0], [plain(name) for name in header], columns))


def _fit(layout, header, columns):
    positions = _positions(layout, [plain(name) for name in header], columns)
    wanted = layout.any_of or layout.required
    if any(field not in positions for field in layout.required) or not any(field in positions for field in wanted):
        return None
    unread = [name for place, name in enumerate(header) if name and place not in positions.values()]
    return Shape(layout.kind, positions, {field: header[place] for field, place in positions.items()}, unread)


def _positions(layout, plain_header, columns):
    found = {}
    for field in layout.fields:
        names = ALIASES[field].split() + (["name"] if field == layout.plain_name else [])
        names = [plain(columns[field]), *names] if field in columns else names
        place = next((plain_header.index(name) for name in names if name in plain_header), None)
        if place is not None and place not in found.values():
            found[field] = place
    return found
