"""A file of links by upload: looked at first, then carried along so that it can be issued."""

import base64
import binascii
import zlib
from typing import Any

from django import forms

from linktracker.lib.plain_fields import TextField

LARGEST_FILE = 5_000_000  # bytes
LARGEST_CARRIED = 900_000  # characters; Django bounds what a form may bring
NOT_THE_FORM = "What was sent is not the file that was looked at; choose it again."


class UploadForm(forms.Form):
    """Step one: a file. `content` holds its bytes once the form is valid."""

    content: bytes

    file = forms.FileField(
        label="CSV file", widget=forms.FileInput(attrs={"accept": ".csv,text/csv"})
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(
                f"The file has {file.size:,} bytes; {LARGEST_FILE:,} can be uploaded here. "
                "Split it, or use manage.py build_links."
            )
        self.content = file.read()
        return file


class CarriedForm(forms.Form):
    """Step two: the same bytes, packed into the page that showed what they would do."""

    content: bytes

    packed = TextField(max_length=LARGEST_CARRIED, widget=forms.HiddenInput)

    def clean_packed(self) -> str:
        packed: str = self.cleaned_data["packed"]
        try:
            reader = zlib.decompressobj()
            self.content = reader.decompress(
                base64.b64decode(packed, validate=True), LARGEST_FILE + 1
            )
        except (binascii.Error, ValueError, zlib.error) as problem:
            raise forms.ValidationError(NOT_THE_FORM) from problem
        if not reader.eof or len(self.content) > LARGEST_FILE:
            raise forms.ValidationError(NOT_THE_FORM)
        return packed


def packed(content: bytes) -> str | None:
    """The bytes as a form can carry them; None where they are too many even so."""
    text = base64.b64encode(zlib.compress(content, 6)).decode()
    return text if len(text) <= LARGEST_CARRIED else None
