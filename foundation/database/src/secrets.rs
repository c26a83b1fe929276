//! Keys that all processes of an installation share, made on first use.

use crate::{Database, Error};

const INSERT: &str =
    "INSERT INTO platform.secrets (name, value) VALUES ($1, $2) ON CONFLICT ON CONSTRAINT secrets_pk DO NOTHING";
const GET: &str = "SELECT value FROM platform.secrets WHERE name = $1";

impl Database {
    /// The 32 bytes of a named secret. The first caller makes them.
    pub async fn secret(&self, name: &str) -> Result<[u8; 32], Error> {
        let mut fresh = [0; 32];
        self.entropy().fill(&mut fresh);
        sqlx::query(INSERT)
            .bind(name)
            .bind(fresh.as_slice())
            .execute(self.pool())
            .await?;
        let stored: Vec<u8> = sqlx::query_scalar(GET).bind(name).fetch_one(self.pool()).await?;
        <[u8; 32]>::try_from(stored.as_slice()).map_err(|_length| Error::corrupt("platform.secrets", name))
    }
}
