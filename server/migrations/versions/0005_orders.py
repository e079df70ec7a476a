"""Orders and their money, capacity that proves itself, the waiting list, questions, imports and search.

Revision 0005, after 0004. Written as SQL, in `sql/0005_up.sql` and `sql/0005_down.sql`.
"""

from server.migrations.scripts import run_script

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the new tables and columns, and count what was sold of each ticket type."""
    run_script("0005_up.sql")


def downgrade() -> None:
    """Forget orders, money, waiting guests, questions and imports."""
    run_script("0005_down.sql")
