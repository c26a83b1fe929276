//! What can go wrong between Souk and PostgreSQL, and how a named constraint becomes a domain error.

/// A statement or connection failed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// PostgreSQL or the connection to it reported an error.
    #[error("a database statement failed")]
    Sql(#[from] sqlx::Error),
    /// A migration could not be applied.
    #[error("a migration failed")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// The role of the program may not make what the migrations make.
    #[error("a migration may not make what it has to; let the role own the database (ALTER DATABASE … OWNER TO …)")]
    MayNotMigrate(#[source] sqlx::migrate::MigrateError),
    /// A stored value is not one that the program could have written.
    #[error("the stored {what} {value:?} is not valid")]
    Corrupt {
        /// What was read, such as `orders.status`.
        what: &'static str,
        /// The value as stored.
        value: String,
    },
    /// Something was sealed with another key than the one in force, or was changed.
    #[error("the sealed {0} does not open with this installation's secret key")]
    Sealed(&'static str),
    /// An event or job payload could not be written or read as JSON.
    #[error("a payload is not the JSON that was expected")]
    Json(#[from] serde_json::Error),
    /// Work that was to be done together with that of others has to be done by itself. Who gives one piece of work never sees it.
    #[error("a batch of work cannot be done together")]
    Apart(#[source] Apart),
}

/// What tells [`Error::Apart`] below whatever a domain made of it.
#[derive(Debug, thiserror::Error)]
#[error("it has to be done by itself")]
pub struct Apart(());

impl Error {
    /// Notes a stored value that cannot be.
    pub fn corrupt(what: &'static str, value: impl Into<String>) -> Self {
        Self::Corrupt {
            what,
            value: value.into(),
        }
    }

    /// What a batch answers with whose work, or a piece of it, has to be done by itself.
    pub fn apart() -> Self {
        Self::Apart(Apart(()))
    }

    /// The name of the constraint that refused the statement, if one did.
    pub fn constraint(&self) -> Option<&str> {
        match self {
            Self::Sql(sqlx::Error::Database(error)) => error.constraint(),
            Self::Sql(_)
            | Self::Migration(_)
            | Self::Corrupt { .. }
            | Self::Sealed(_)
            | Self::Json(_)
            | Self::MayNotMigrate(_)
            | Self::Apart(_) => None,
        }
    }

    /// Whether the database cannot be reached or is going down, so that the caller should come back later.
    pub fn is_unavailable(&self) -> bool {
        is_unavailable(self)
    }
}

/// Whether the database cannot be reached or is going down, somewhere in the chain of an error: whatever a domain made of
/// it, the caller should come back later.
pub fn is_unavailable(error: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| error.source()).any(|error| match error.downcast_ref::<sqlx::Error>() {
        Some(sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_) | sqlx::Error::Tls(_)) => true,
        Some(sqlx::Error::Database(error)) => error
            .code()
            .is_some_and(|code| code.starts_with("08") || code.starts_with("57P") || code.starts_with("53")),
        Some(_) | None => false,
    })
}

/// Whether no connection was to be had in time, somewhere in the chain of an error.
pub(crate) fn is_timed_out(error: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| error.source())
        .any(|error| matches!(error.downcast_ref::<sqlx::Error>(), Some(sqlx::Error::PoolTimedOut)))
}

/// Whether there are no connections any more, somewhere in the chain of an error.
pub(crate) fn is_closed(error: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| error.source())
        .any(|error| matches!(error.downcast_ref::<sqlx::Error>(), Some(sqlx::Error::PoolClosed)))
}

/// Whether PostgreSQL refused to write something because its disk is full, somewhere in the chain of an error.
pub fn is_full_disk(error: &(dyn std::error::Error + 'static)) -> bool {
    has_code(error, &["53100"])
}

/// Whether the same transaction, run again, may succeed: somewhere in the error's chain PostgreSQL reports a serialization
/// failure or a deadlock.
pub(crate) fn is_transient_conflict(error: &(dyn std::error::Error + 'static)) -> bool {
    has_code(error, &["40001", "40P01"])
}

fn has_code(error: &(dyn std::error::Error + 'static), codes: &[&str]) -> bool {
    std::iter::successors(Some(error), |error| error.source()).any(|error| match error.downcast_ref::<sqlx::Error>() {
        Some(sqlx::Error::Database(error)) => error.code().is_some_and(|code| codes.contains(&code.as_ref())),
        Some(_) | None => false,
    })
}

/// Whether the work has to be done by itself, somewhere in the error's chain.
pub(crate) fn is_apart(error: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| error.source()).any(<dyn std::error::Error>::is::<Apart>)
}

/// What PostgreSQL said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Said {
    /// As the driver shows it: with a line behind it, which is one of PostgreSQL's own source.
    pub shown: String,
    /// The message alone.
    pub message: String,
}

/// What PostgreSQL said, somewhere in the chain of an error.
pub fn said(error: &(dyn std::error::Error + 'static)) -> Option<Said> {
    std::iter::successors(Some(error), |error| error.source()).find_map(|error| {
        match error.downcast_ref::<sqlx::Error>() {
            Some(sqlx::Error::Database(error)) => Some(Said {
                shown: error.to_string(),
                message: error.message().to_owned(),
            }),
            Some(_) | None => None,
        }
    })
}

/// Turns the violation of a named constraint into a domain error.
pub trait OnConstraint<T, E> {
    /// `make` is called when that constraint refused the statement; any other error becomes the domain's internal one.
    fn on_constraint(self, name: &str, make: impl FnOnce() -> E) -> Result<T, E>;
}

impl<T, E: From<Error>> OnConstraint<T, E> for Result<T, Error> {
    fn on_constraint(self, name: &str, make: impl FnOnce() -> E) -> Result<T, E> {
        self.map_err(|error| {
            if error.constraint() == Some(name) {
                make()
            } else {
                error.into()
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    enum Settling {
        #[error(transparent)]
        Internal(#[from] Error),
        #[error("it cannot be settled")]
        Wrapped(#[source] Error),
    }

    #[test]
    fn a_database_that_is_away_is_recognised_under_whatever_a_domain_made_of_it() {
        let away = || Error::Sql(sqlx::Error::PoolTimedOut);
        assert!(away().is_unavailable());
        assert!(is_unavailable(&Settling::Internal(away())) && is_unavailable(&Settling::Wrapped(away())));
        for other in [
            Error::Sql(sqlx::Error::RowNotFound),
            Error::corrupt("orders.status", "x"),
        ] {
            assert!(!other.is_unavailable());
            assert!(!is_unavailable(&Settling::Wrapped(other)));
        }
    }
}
