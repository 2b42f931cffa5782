export LOOP={{ address }} TOKEN=cl_…  # a token made in your profile
curl -sf -H "Authorization: Bearer $TOKEN" "$LOOP/me/"
curl -sf -H "Authorization: Bearer $TOKEN" "$LOOP/opportunities/?outcome=lost"
curl -sf -H "Authorization: Bearer $TOKEN" -H "Content-Type: application/json" \
  -d '{"text": "Too dear for what it does", "weight": "blocker"}' "$LOOP/objections/"
