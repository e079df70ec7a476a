"""The words of events' names and venues.

Revision 0014, after 0013. Written as SQL, in `sql/0014_up.sql` and `sql/0014_down.sql`.
"""

from server.migrations.scripts import run_script

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Remember them."""
    run_script("0014_up.sql")


def downgrade() -> None:
    """Forget them."""
    run_script("0014_down.sql")
