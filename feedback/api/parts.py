"""Small serializers that others are made of, and what reads a request for them."""

import json

from rest_framework import serializers
from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class Parser(JSONParser):
    """JSON that can be answered and kept: refuses what nests without end, and halves of characters."""

    def parse(self, *args, **kwargs):
        try:
            data = super().parse(*args, **kwargs)
            json.dumps(data, ensure_ascii=False).encode()
        except RecursionError:
            raise ParseError("This is nested too deeply.") from None
        except UnicodeEncodeError:
            raise ParseError("A text holds half of a character (a lone surrogate).") from None
        return data


class NamedSerializer(serializers.Serializer):
    """A row elsewhere, by its number and name."""

    id = serializers.IntegerField()
    name = serializers.CharField(source="__str__")


class CodedSerializer(serializers.Serializer):
    """A destination, reason or category of the taxonomy. The code stays the same from version to version."""

    code = serializers.CharField()
    label = serializers.CharField()


class ReadSerializer(serializers.ModelSerializer):
    """A row as somebody may see it: `self.reader` is who asks."""

    @property
    def reader(self):
        return self.context["request"].user

    def get_fields(self):
        fields = super().get_fields()
        for field in fields.values():
            field.read_only = True
        return fields


class BodySerializer(serializers.Serializer):
    """What a request brings. A name it does not know is refused, since what it says would be lost."""

    def to_internal_value(self, data):
        if isinstance(data, dict):
            unknown = {name: ["There is no such field."] for name in data if name not in self.fields}
            if unknown:
                raise serializers.ValidationError(unknown)
        return super().to_internal_value(data)
