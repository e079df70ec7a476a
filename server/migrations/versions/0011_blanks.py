"""Blanks: tickets signed in advance, and which device may sell them.

Revision 0011, after 0010. Written as SQL, in `sql/0011_up.sql` and `sql/0011_down.sql`.
"""

from server.migrations.scripts import run_script

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Room for the stock of each device."""
    run_script("0011_up.sql")


def downgrade() -> None:
    """Forget whose stock it was; tickets stay."""
    run_script("0011_down.sql")
