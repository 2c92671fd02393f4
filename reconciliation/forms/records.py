"""Open items typed in, and files of them; what is right is decided in `core/open_items`."""

from typing import Any

from django import forms

from linktracker.lib.plain_fields import TextField
from reconciliation.core.open_items import BadOpenItem, ItemsRead, OpenItem, open_item, read_file

LARGEST_FILE = 900_000  # bytes; its text comes back with the second step, which Django bounds


class RecordForm(forms.Form):
    """One open item; `item` holds its values once the form is valid."""

    item: OpenItem

    external_id = TextField(label="Open item", help_text="Your own number: an invoice or an order.")
    reference = TextField(
        label="Your reference",
        required=False,
        help_text="What its payment carries (Stripe: client reference ID). "
        "Left empty, it is the number above.",
    )
    kind = forms.ChoiceField(
        label="Expects",
        choices=[("single", "one payment"), ("many", "many payments")],
        initial="single",
    )
    currency = TextField(label="Currency", initial="EUR")
    amount = TextField(
        label="Amount",
        required=False,
        help_text="In units of the currency: 49.00. Only many payments may go without.",
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
    )
    due_on = TextField(label="Due", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    description = TextField(label="Description", required=False)

    def clean(self) -> dict[str, Any]:
        values: dict[str, Any] = super().clean() or self.cleaned_data
        if not self.errors:
            try:
                self.item = open_item(values)
            except BadOpenItem as problem:
                self.add_error(problem.column, self._as_labelled(problem))
        return values

    def _as_labelled(self, problem: BadOpenItem) -> str:
        """A file knows columns; whoever types sees labels."""
        sentence = str(problem)
        if not sentence.startswith(f"{problem.column} "):
            return sentence
        return f"{self.fields[problem.column].label}{sentence.removeprefix(problem.column)}"


class UploadForm(forms.Form):
    """Step one: a file. `read` holds its rows, and `text` what the next step sends back."""

    read: ItemsRead
    text: str

    file = forms.FileField(
        label="CSV file", widget=forms.FileInput(attrs={"accept": ".csv,text/csv"})
    )

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(
                f"The file has {file.size:,} bytes; {LARGEST_FILE:,} can be uploaded here. "
                "Split it, or use manage.py import_expected."
            )
        content: bytes = file.read()
        self.read = read_file(content)
        self.text = content.decode("utf-8-sig", errors="replace")
        return file


class ImportForm(forms.Form):
    """Step two: the text of the file that was previewed, read again as if it were new."""

    read: ItemsRead

    content = TextField(widget=forms.HiddenInput, strip=False)
    mode = forms.ChoiceField(choices=[("test", "test"), ("live", "live")], widget=forms.HiddenInput)

    def clean_content(self) -> str:
        content: str = self.cleaned_data["content"]
        self.read = read_file(content.encode())
        return content
