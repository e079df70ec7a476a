"""What tickets and lists were at the time of a fact, clock readings of laptops, and how conflicts were settled.

Revision 0009, after 0008. Written as SQL, in `sql/0009_up.sql` and `sql/0009_down.sql`.
"""

from server.migrations.scripts import run_script

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Remember from now on; what lists ask for now is taken for what they always asked for."""
    run_script("0009_up.sql")


def downgrade() -> None:
    """Forget it, and every conflict that the program before knew nothing of."""
    run_script("0009_down.sql")
