-- Revision 0007: jobs that are put in the queue together are told of once, and their arrival is no history of its own.

-- By Procrastinate's own triggers each job of thousands sends two notices and writes an event that nobody reads: a
-- third of what a registration costs the database. A worker that is told looks for every job there is.
DROP TRIGGER procrastinate_jobs_notify_queue_job_inserted_v1 ON procrastinate_jobs;
DROP TRIGGER procrastinate_trigger_status_events_insert_v1 ON procrastinate_jobs;

CREATE FUNCTION tell_of_jobs() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('procrastinate_any_queue_v1', '{"type": "job_inserted", "job_id": 0}');
    RETURN NULL;
END
$$;

CREATE TRIGGER tell_of_jobs AFTER INSERT ON procrastinate_jobs FOR EACH STATEMENT EXECUTE FUNCTION tell_of_jobs();
