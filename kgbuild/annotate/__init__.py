"""Finding entities and relations in documents."""
