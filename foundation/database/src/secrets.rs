//! Keys that all processes of an installation share, made on first use, and the mark by which the key is known that lies beside
//! the database.

use crate::{Database, Error};

/// The name of the mark of the key that seals.
const SEALING: &str = "sealing-key-mark";

const INSERT: &str =
    "INSERT INTO platform.secrets (name, value) VALUES ($1, $2) ON CONFLICT ON CONSTRAINT secrets_pk DO NOTHING";
const GET: &str = "SELECT value FROM platform.secrets WHERE name = $1";
const PUT: &str = "INSERT INTO platform.secrets (name, value) VALUES ($1, $2) \
     ON CONFLICT ON CONSTRAINT secrets_pk DO UPDATE SET value = EXCLUDED.value";

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

    /// Whether this process has the key that values in the database are sealed with. The first that asks says which it is.
    pub async fn claim_sealing_key(&self) -> Result<bool, Error> {
        let mark = self.new_mark()?;
        sqlx::query(INSERT)
            .bind(SEALING)
            .bind(mark)
            .execute(self.pool())
            .await?;
        Ok(self.knows_sealing_key().await?.unwrap_or(true))
    }

    /// The same without saying which it is: `None` when nobody has.
    pub async fn knows_sealing_key(&self) -> Result<Option<bool>, Error> {
        let mark: Option<Vec<u8>> = sqlx::query_scalar(GET)
            .bind(SEALING)
            .fetch_optional(self.pool())
            .await?;
        Ok(mark.map(|mark| self.sealing_key().made(&mark)))
    }

    /// Goes on with the key of this process, for the one before it is lost. What that one sealed stays sealed.
    pub async fn adopt_sealing_key(&self) -> Result<(), Error> {
        let mark = self.new_mark()?;
        sqlx::query(PUT).bind(SEALING).bind(mark).execute(self.pool()).await?;
        Ok(())
    }

    fn new_mark(&self) -> Result<Vec<u8>, Error> {
        let mut nonce = [0; 12];
        self.entropy().fill(&mut nonce);
        self.sealing_key().mark(nonce)
    }
}
