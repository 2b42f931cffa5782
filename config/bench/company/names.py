"""Words that rows are named with."""

FIRST = [
    "Ada",
    "Bela",
    "Carla",
    "David",
    "Elin",
    "Farid",
    "Greta",
    "Hanna",
    "Ivo",
    "Jana",
    "Karim",
    "Lena",
    "Marek",
    "Nina",
]
LAST = [
    "Albrecht",
    "Berger",
    "Castellano",
    "Dietrich",
    "Eriksson",
    "Fischer",
    "Gruber",
    "Haddad",
    "Ivanova",
    "Jensen",
    "Kowalski",
    "Lindberg",
]
PLACES = [
    "Northern",
    "Southern",
    "Eastern",
    "Western",
    "Harbour",
    "River",
    "Lake",
    "Forest",
    "Mountain",
    "Valley",
    "Coast",
    "Border",
]
TRADES = [
    "Foods",
    "Steel",
    "Paper",
    "Parts",
    "Textiles",
    "Furniture",
    "Chemicals",
    "Beverages",
    "Tools",
    "Pharma",
    "Plastics",
    "Glass",
    "Timber",
    "Logistics",
]
FORMS = ["GmbH", "Ltd", "AG", "BV", "SA", "AB", "Oy", "Sp", "SRL", "Inc"]
NEEDS = ["roll-out", "second site", "pilot", "renewal", "replacement", "peak season", "returns desk", "cold store"]
STAGES = ["Qualified", "Discovery", "Demo", "Proposal", "Negotiation"]
SOURCES = ["Inbound", "Outbound", "Partner", "Event", "Referral", "Advertising"]
SEGMENTS = {
    "size band": ["1–49", "50–249", "250–999", "1,000 and more"],
    "industry": TRADES,
    "region": ["North", "South", "East", "West", "Overseas"],
}
RIVALS = [f"{name} Systems" for name in LAST]
PRODUCTS = ["Core", "Core Plus", "Mobile", "Yard", "Returns", "Labour", "Insight", "Cloud", "Edge", "Connect"]
