"""Figures as the plain data that a pack keeps."""

from feedback.metrics import Money, Share


def money(found: Money) -> dict:
    return {
        "total": found.total,
        "deals": found.deals,
        "estimated": found.estimated,
        "unknown_n": found.unknown_n,
        "elsewhere_n": found.elsewhere_n,
        "remarks": found.remarks,
    }


def share(found: Share) -> dict:
    return {"part": found.part, "whole": found.whole, "shown": str(found), "counts": found.counts}
