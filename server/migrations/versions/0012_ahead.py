"""Facts that are told of a time after they came.

Revision 0012, after 0011. Written as SQL, in `sql/0012_up.sql` and `sql/0012_down.sql`.
"""

from server.migrations.scripts import run_script

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Find them at once."""
    run_script("0012_up.sql")


def downgrade() -> None:
    """Search for them."""
    run_script("0012_down.sql")
