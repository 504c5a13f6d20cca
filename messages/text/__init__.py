"""What a person reads: catalogs, templates and the Bot API's markup."""
