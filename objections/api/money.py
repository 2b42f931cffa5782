from rest_framework import serializers


class MoneySerializer(serializers.Serializer):
    """What distinct deals are worth, in the company's currency."""

    total = serializers.DecimalField(max_digits=20, decimal_places=2)
    deals = serializers.IntegerField(help_text="All of them, summed or not.")
    estimated = serializers.DecimalField(max_digits=20, decimal_places=2, help_text="The part that is estimates.")
    unknown = serializers.IntegerField(source="unknown_n", help_text="Deals without an amount, left out of the sum.")
    elsewhere = serializers.IntegerField(source="elsewhere_n", help_text="Deals in another currency, left out.")
