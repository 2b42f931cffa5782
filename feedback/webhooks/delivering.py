"""The job that delivers: sends outside any transaction, then writes down what came of it.

A worker that dies between the two is followed by another, which sends once more under the same id: at least once.
"""

from feedback.actions.webhooks import JOB, put_off, queue_stranded, stranded, take_answer
from feedback.jobs import Run, runs
from feedback.models import Delivery
from feedback.webhooks.pacing import put_off_until
from feedback.webhooks.sending import send


@runs(JOB)
def deliver_webhook(run: Run) -> None:
    waiting = Delivery.objects.waiting().select_related("endpoint")
    delivery = waiting.filter(pk=run.payload["delivery"]).first()
    is_wanted = bool(delivery and delivery.endpoint.is_active)
    until = put_off_until(delivery, run.job) if is_wanted else None
    answer = send(delivery) if is_wanted and not until else None
    with run.finish():
        if until:
            put_off(delivery=delivery, until=until)
        elif delivery:
            take_answer(delivery=delivery, answer=answer)
        run.result = {"status": answer.status if answer else None}


@runs("queue_stranded_webhooks", whenever=lambda: bool(stranded()))
def queue_stranded_webhooks(run: Run) -> None:
    with run.finish():
        run.result = {"found": queue_stranded()}
