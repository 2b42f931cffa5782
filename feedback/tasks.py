from celery import shared_task

from feedback import jobs


@shared_task
def run_job(job_id):
    jobs.run_job(job_id)


@shared_task
def queue_daily_jobs():
    jobs.queue_daily_jobs()


@shared_task
def sweep_jobs():
    """Wakes the worker for what a lost message or a dead worker left behind."""
    for job_id, _ in jobs.due_jobs():
        run_job.delay(job_id)
