"""API tokens: what programs send to work at one event.

Revision 0006, after 0005. Written as SQL, in `sql/0006_up.sql` and `sql/0006_down.sql`.
"""

from server.migrations.scripts import run_script

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table of API tokens."""
    run_script("0006_up.sql")


def downgrade() -> None:
    """Forget every API token, and what each was allowed to do."""
    run_script("0006_down.sql")
