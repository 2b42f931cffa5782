"""How a page answers when two people wrote in one place: both texts are shown, and the second says what stands."""

from django.shortcuts import render

from feedback.meanwhile import WrittenMeanwhile, both, crossings


def typed(request):
    """What was sent, with what the person chose where it crossed: `keep_<field>` is mine, theirs or both."""
    if request.method != "POST":
        return None
    sent = request.POST.copy()
    for name in [each.removeprefix("keep_") for each in request.POST if each.startswith("keep_")]:
        theirs, choice = sent.get(f"initial-{name}", ""), sent.get(f"keep_{name}")
        if choice == "theirs":
            sent[name] = theirs
        elif choice == "both":
            sent[name] = both(theirs, sent.get(name, ""))
    return sent


def answer_crossed(request, meeting, form, found: WrittenMeanwhile, *, title: str, back: str):
    """Asks what shall stand of each field that crosses: a page with 409, or with 422 in place of the form for htmx.

    The form now stands on what the other person left, so that what is chosen is saved if nobody writes again meanwhile.
    """
    sent = form.data.copy()
    for name in found.fields:
        column = found.standing._meta.get_field(name)
        value = getattr(found.standing, column.attname)
        sent[form[name].html_initial_name] = "" if value is None else str(value)
    crossing = {each.name: each for each in crossings(form, found)}
    form = type(form)(sent, instance=form.instance, auto_id=form.auto_id)
    context = {
        "meeting": meeting,
        "form": form,
        "fields": [{"field": form[name], "crossing": crossing.get(name)} for name in form.fields],
        "by": found.by,
        "at": found.at,
        "title": title,
        "back": back,
    }
    if not request.htmx:
        return render(request, "feedback/meetings/crossed.html", context, status=409)
    page = render(request, "feedback/meetings/_crossed.html", context, status=422)
    page["HX-Retarget"], page["HX-Reswap"] = f"#{request.htmx.trigger}", "outerHTML"
    return page
