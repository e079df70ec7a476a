import pytest
from pydantic import ValidationError

from server.events.bodies import EventChanges


def test_of_several_nulls_the_first_field_of_the_shape_is_named() -> None:
    nulls = [name for name in EventChanges.model_fields if name not in EventChanges.NULLABLE]
    with pytest.raises(ValidationError) as refused:
        EventChanges.model_validate(dict.fromkeys(reversed(nulls)))
    assert f"{nulls[0]} cannot be null" in str(refused.value)
