//! Why a part of a batch is not written, and what that is of a row that stands alone.

use std::{error::Error as _, iter};

use catalog::UpsertError;
use sqlx::postgres::PgDatabaseError;

use crate::{
    mark::{Overtaken, PassError},
    records::Column,
};

/// Why a part of a batch is not written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WriteError {
    #[error(transparent)]
    Forbidden(#[from] kernel::Forbidden),
    #[error(transparent)]
    Overtaken(#[from] Overtaken),
    /// Products that do not go together, or one that is not whole.
    #[error("{0}")]
    Products(String),
    #[error(transparent)]
    Internal(#[from] database::Error),
}

impl WriteError {
    /// Whether nothing more can be written, whatever the rows hold.
    pub(crate) fn ends_the_run(&self) -> bool {
        match self {
            Self::Forbidden(_) | Self::Overtaken(_) => true,
            Self::Products(_) | Self::Internal(_) => database::is_unavailable(self),
        }
    }

    /// What is wrong, as the last in the chain says it: PostgreSQL, when it was PostgreSQL.
    pub(crate) fn reason(&self) -> String {
        let first: &(dyn std::error::Error + 'static) = self;
        let chain = iter::successors(Some(first), |error| (**error).source());
        chain.last().map(ToString::to_string).unwrap_or_default()
    }

    /// The column of a file that a constraint or a column of the database is about; empty when that cannot be told.
    pub(crate) fn column(&self, columns: &'static [Column]) -> &'static str {
        let Self::Internal(error) = self else { return "" };
        let refused = match error.source().and_then(|error| error.downcast_ref::<sqlx::Error>()) {
            Some(sqlx::Error::Database(refused)) => refused,
            Some(_) | None => return "",
        };
        let column = refused
            .try_downcast_ref::<PgDatabaseError>()
            .and_then(PgDatabaseError::column);
        let constraint = refused.constraint().and_then(|name| name.rsplit_once('_'));
        match column.or(constraint.map(|(about, _check)| about)) {
            Some(about) => named_in(about, columns),
            None => "",
        }
    }
}

/// The column whose name stands in that of a constraint, such as `levels_on_hand`: the longest.
fn named_in(about: &str, columns: &'static [Column]) -> &'static str {
    let about = format!("_{about}_");
    let named = columns.iter().filter_map(|column| {
        let own = *column.names.first()?;
        let lengths = column.names.iter().filter_map(|name| {
            let name = name.strip_prefix("lineitem ").unwrap_or(name).replace(' ', "_");
            about.contains(&format!("_{name}_")).then_some(name.len())
        });
        Some((lengths.max()?, own))
    });
    named.max_by_key(|(length, _)| *length).map_or("", |(_, own)| own)
}

impl From<PassError> for WriteError {
    fn from(error: PassError) -> Self {
        match error {
            PassError::Overtaken(error) => Self::Overtaken(error),
            PassError::Internal(error) => Self::Internal(error),
        }
    }
}

impl From<UpsertError> for WriteError {
    fn from(error: UpsertError) -> Self {
        match error {
            UpsertError::Internal(error) => Self::Internal(error),
            UpsertError::RepeatedSlug(_) | UpsertError::Options(_) | UpsertError::ForeignCurrency(_) => {
                Self::Products(error.to_string())
            }
        }
    }
}

impl From<inventory::SetLevelsError> for WriteError {
    fn from(error: inventory::SetLevelsError) -> Self {
        match error {
            inventory::SetLevelsError::Forbidden(error) => Self::Forbidden(error),
            inventory::SetLevelsError::Internal(error) => Self::Internal(error),
        }
    }
}

impl From<identity::AdoptAccountsError> for WriteError {
    fn from(error: identity::AdoptAccountsError) -> Self {
        match error {
            identity::AdoptAccountsError::Forbidden(error) => Self::Forbidden(error),
            identity::AdoptAccountsError::Internal(error) => Self::Internal(error),
        }
    }
}

impl From<customers::PutCustomersError> for WriteError {
    fn from(error: customers::PutCustomersError) -> Self {
        match error {
            customers::PutCustomersError::Forbidden(error) => Self::Forbidden(error),
            customers::PutCustomersError::Internal(error) => Self::Internal(error),
        }
    }
}

impl From<reviews::PutReviewsError> for WriteError {
    fn from(error: reviews::PutReviewsError) -> Self {
        match error {
            reviews::PutReviewsError::Forbidden(error) => Self::Forbidden(error),
            reviews::PutReviewsError::Internal(error) => Self::Internal(error),
        }
    }
}

impl From<orders::TakeOverError> for WriteError {
    fn from(error: orders::TakeOverError) -> Self {
        match error {
            orders::TakeOverError::Forbidden(error) => Self::Forbidden(error),
            orders::TakeOverError::Internal(error) => Self::Internal(error),
            // Each was looked at before.
            orders::TakeOverError::Mismatch { number, .. } => {
                Self::Internal(database::Error::corrupt("an order", number))
            }
        }
    }
}

impl From<payments::ImportHistoryError> for WriteError {
    fn from(error: payments::ImportHistoryError) -> Self {
        let corrupt = |error: String| Self::Internal(database::Error::corrupt("a payment", error));
        match error {
            payments::ImportHistoryError::Internal(error) => Self::Internal(error),
            payments::ImportHistoryError::Money(error) => corrupt(error.to_string()),
            payments::ImportHistoryError::Book(error) => corrupt(error.to_string()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Format, order_columns, records};

    #[test]
    fn the_column_of_a_file_is_found_by_the_name_of_a_constraint() {
        let of = |format| records::columns(format).unwrap();
        for (columns, about, found) in [
            (of(Format::Stock), "levels_on_hand", "on hand"),
            (of(Format::Redirects), "paths_to_path", "to"),
            (of(Format::Reviews), "reviews_stars", "rating"),
            (of(Format::Reviews), "reviews_email", "email"),
            (of(Format::Customers), "addresses_city", "address city"),
            (of(Format::Customers), "phone", "phone"),
            (order_columns::COLUMNS, "orders_total", "total"),
            (order_columns::COLUMNS, "lines_quantity", "lineitem quantity"),
            (order_columns::COLUMNS, "orders_subtotals", ""),
            (of(Format::Stock), "levels_pk", ""),
        ] {
            assert_eq!(named_in(about, columns), found, "{about}");
        }
    }
}
