"""A chat model that the settings name, and that cannot be opened."""

import pytest

from adapters.language.chat_model.opening import open_chat_model
from talknshop.chat_models import ChatModelChoice, UnusableModelError


@pytest.mark.parametrize(
    ("model", "advice"),
    [
        ("openai:gpt-4o-mini", "set TALKNSHOP_LANGUAGE__API_KEY"),
        ("nonsense", "TALKNSHOP_LANGUAGE__MODEL is 'embedded', 'bedrock_converse:MODEL'"),
        ("openai:", "TALKNSHOP_LANGUAGE__MODEL is 'embedded'"),
    ],
)
def test_a_model_that_cannot_be_opened_says_which_setting_is_wrong(model, advice, monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_ADMIN_KEY", raising=False)
    with pytest.raises(UnusableModelError) as caught:
        open_chat_model(ChatModelChoice(model=model))
    assert repr(model) in str(caught.value)
    assert advice in str(caught.value)
