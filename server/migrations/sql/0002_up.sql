-- Revision 0002: what is done later. Procrastinate's own tables are in 0002_procrastinate.sql.

-- What is to be done, with what; the row of Procrastinate's queue holds only its id.
-- A job with a key stays when it is done, without its data, so that the same key is never done twice.
CREATE TABLE jobs (
    id UUID NOT NULL,
    key TEXT,
    type TEXT NOT NULL,
    data JSONB NOT NULL,
    error TEXT,
    done_at TIMESTAMPTZ,
    created_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    CONSTRAINT pk_jobs PRIMARY KEY (id),
    CONSTRAINT uq_jobs_key UNIQUE (key)
);
CREATE INDEX idx_jobs_done_at ON jobs (done_at) WHERE done_at IS NOT NULL;

-- Which mails the mail server took; no address, no text.
CREATE TABLE sent_mails (
    message_id TEXT NOT NULL,
    job_id UUID NOT NULL,
    template TEXT NOT NULL,
    created_at TIMESTAMPTZ DEFAULT now() NOT NULL,
    CONSTRAINT pk_sent_mails PRIMARY KEY (message_id)
);
CREATE INDEX idx_sent_mails_created_at ON sent_mails (created_at);

-- Dead letters are few and looked for by age; a job is found in the queue by its id.
CREATE INDEX idx_procrastinate_jobs_failed ON procrastinate_jobs (id) WHERE status = 'failed';
CREATE INDEX idx_procrastinate_jobs_job ON procrastinate_jobs ((args ->> 'id'));
