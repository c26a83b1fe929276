//! All SQL of the ledger.

use database::{Ctx, Error};
use kernel::{Currency, LedgerEntryId, LedgerTransactionId, Money, OrderId, Time};

use crate::{Account, NewTransaction, OrderBalance};

database::statements! {
    /// Transactions and their entries, leaving out those whose kind and reference were booked before.
    INSERT = "WITH new_transactions AS ( \
            INSERT INTO ledger.transactions (store_id, id, kind, reference, order_id, occurred_at) \
            SELECT $1, t.id, t.kind, t.reference, t.order_id, t.occurred_at \
            FROM unnest($2::uuid[], $3::text[], $4::text[], $5::uuid[], $6::timestamptz[]) AS t (id, kind, reference, order_id, occurred_at) \
            ON CONFLICT ON CONSTRAINT transactions_reference_key DO NOTHING RETURNING store_id, id \
        ) INSERT INTO ledger.entries (store_id, id, transaction_id, account, amount, currency) \
        SELECT t.store_id, e.id, t.id, e.account, e.amount, e.currency FROM new_transactions t \
        JOIN unnest($7::uuid[], $8::uuid[], $9::text[], $10::bigint[], $11::text[]) AS e (id, transaction_id, account, amount, currency) \
            ON e.transaction_id = t.id";
    BALANCE = "SELECT coalesce(sum(amount), 0)::bigint FROM ledger.entries WHERE store_id = $1 AND account = $2 AND currency = $3";
    LIST_ORDER_BALANCES = "SELECT t.order_id, e.account, e.currency, sum(e.amount)::bigint AS balance \
        FROM ledger.transactions t JOIN ledger.entries e ON e.store_id = t.store_id AND e.transaction_id = t.id \
        WHERE t.store_id = $1 AND t.order_id IS NOT NULL GROUP BY t.order_id, e.account, e.currency HAVING sum(e.amount) <> 0";
    LIST_UNBALANCED = "SELECT t.id AS transaction_id, e.currency, sum(e.amount)::bigint AS difference \
        FROM ledger.transactions t LEFT JOIN ledger.entries e ON e.store_id = t.store_id AND e.transaction_id = t.id \
        WHERE t.store_id = $1 GROUP BY t.id, e.currency HAVING coalesce(sum(e.amount), 1) <> 0";
}

#[derive(sqlx::FromRow)]
struct OrderBalanceRow {
    order_id: OrderId,
    account: String,
    currency: String,
    balance: i64,
}

impl TryFrom<OrderBalanceRow> for OrderBalance {
    type Error = Error;

    fn try_from(row: OrderBalanceRow) -> Result<Self, Error> {
        let currency =
            Currency::parse(&row.currency).map_err(|_e| Error::corrupt("entries.currency", &row.currency))?;
        Ok(Self {
            order_id: row.order_id,
            account: Account::parse(&row.account).ok_or_else(|| Error::corrupt("entries.account", &row.account))?,
            balance: Money::new(row.balance, currency),
        })
    }
}

/// A transaction whose entries in `currency` are off by `difference`, or that has none.
#[derive(sqlx::FromRow)]
pub(crate) struct UnbalancedRow {
    pub(crate) transaction_id: LedgerTransactionId,
    pub(crate) currency: Option<String>,
    pub(crate) difference: Option<i64>,
}

/// A transaction with the id it gets and the moment it happened.
pub(crate) type Row<'a> = (LedgerTransactionId, &'a NewTransaction, Time);

/// How many entries were inserted: none of those whose transaction was booked before.
pub(crate) async fn insert(ctx: &mut Ctx, rows: &[Row<'_>]) -> Result<u64, Error> {
    let store_id = ctx.store_id();
    let entries: Vec<(LedgerEntryId, LedgerTransactionId, &Account, Money)> = rows
        .iter()
        .flat_map(|(id, new, _)| new.entries.iter().map(|(account, amount)| (*id, account, *amount)))
        .map(|(id, account, amount)| (ctx.new_id(), id, account, amount))
        .collect();
    let inserted = sqlx::query(INSERT)
        .bind(store_id)
        .bind(rows.iter().map(|(id, _, _)| *id).collect::<Vec<LedgerTransactionId>>())
        .bind(rows.iter().map(|(_, new, _)| new.kind).collect::<Vec<&str>>())
        .bind(
            rows.iter()
                .map(|(_, new, _)| new.reference.as_str())
                .collect::<Vec<&str>>(),
        )
        .bind(
            rows.iter()
                .map(|(_, new, _)| new.order_id)
                .collect::<Vec<Option<OrderId>>>(),
        )
        .bind(
            rows.iter()
                .map(|(_, _, occurred_at)| *occurred_at)
                .collect::<Vec<Time>>(),
        )
        .bind(
            entries
                .iter()
                .map(|(entry_id, ..)| *entry_id)
                .collect::<Vec<LedgerEntryId>>(),
        )
        .bind(
            entries
                .iter()
                .map(|(_, id, ..)| *id)
                .collect::<Vec<LedgerTransactionId>>(),
        )
        .bind(
            entries
                .iter()
                .map(|(_, _, account, _)| account.to_string())
                .collect::<Vec<String>>(),
        )
        .bind(
            entries
                .iter()
                .map(|(_, _, _, amount)| amount.minor())
                .collect::<Vec<i64>>(),
        )
        .bind(
            entries
                .iter()
                .map(|(_, _, _, amount)| amount.currency().code())
                .collect::<Vec<&str>>(),
        )
        .execute(ctx.sql().await?)
        .await?;
    Ok(inserted.rows_affected())
}

pub(crate) async fn balance(ctx: &mut Ctx, account: &Account, currency: Currency) -> Result<Money, Error> {
    let store_id = ctx.store_id();
    let minor = sqlx::query_scalar(BALANCE)
        .bind(store_id)
        .bind(account.to_string())
        .bind(currency.code())
        .fetch_one(ctx.sql().await?)
        .await?;
    Ok(Money::new(minor, currency))
}

pub(crate) async fn list_order_balances(ctx: &mut Ctx) -> Result<Vec<OrderBalance>, Error> {
    let store_id = ctx.store_id();
    let rows: Vec<OrderBalanceRow> = sqlx::query_as(LIST_ORDER_BALANCES)
        .bind(store_id)
        .fetch_all(ctx.sql().await?)
        .await?;
    rows.into_iter().map(OrderBalance::try_from).collect()
}

pub(crate) async fn list_unbalanced(ctx: &mut Ctx) -> Result<Vec<UnbalancedRow>, Error> {
    let store_id = ctx.store_id();
    Ok(sqlx::query_as(LIST_UNBALANCED)
        .bind(store_id)
        .fetch_all(ctx.sql().await?)
        .await?)
}

#[cfg(test)]
mod tests {
    #[tokio::test]
    async fn postgres_accepts_every_statement() {
        let database = database::testing::TestDatabase::new().await;
        database::testing::prepare_all(&database, super::STATEMENTS).await;
    }
}
