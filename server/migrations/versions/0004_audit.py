"""The audit: append-only rows, and a key for each person whose values they hold.

Revision 0004, after 0003. Written as SQL, in `sql/0004_up.sql` and `sql/0004_down.sql`.
"""

from server.migrations.scripts import run_script

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of the audit and the trigger that keeps its rows."""
    run_script("0004_up.sql")


def downgrade() -> None:
    """Forget everything that was audited."""
    run_script("0004_down.sql")
