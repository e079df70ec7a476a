"""Jobs that are put in the queue together are told of once.

Revision 0007, after 0006. Written as SQL, in `sql/0007_up.sql` and `sql/0007_down.sql`.
"""

from server.migrations.scripts import run_script

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """One notice for each statement, and no event for each job."""
    run_script("0007_up.sql")


def downgrade() -> None:
    """Procrastinate's own triggers again."""
    run_script("0007_down.sql")
