"""What happened: events that the apps record in the transaction of the change."""
