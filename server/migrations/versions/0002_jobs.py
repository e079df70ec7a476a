"""Jobs and mails sent.

Revision 0002, after 0001. Procrastinate's own schema is kept beside ours, as its release 3.10 writes it: a later
release comes with a migration of its own, and a test tells when the installed one says something else.
"""

from server.migrations.scripts import run_script

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the queue of Procrastinate, and our tables of jobs and sent mails."""
    run_script("0002_procrastinate.sql")
    run_script("0002_up.sql")


def downgrade() -> None:
    """Forget what was to be done."""
    run_script("0002_down.sql")
