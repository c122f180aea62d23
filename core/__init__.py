"""What every app stands on and no app's business: money, secrets, durable work, outbox, tenancy, audit."""
