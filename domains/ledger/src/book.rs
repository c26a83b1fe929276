//! Books a transaction, once.

use database::Ctx;
use kernel::{Currency, LedgerTransactionId, Money, MoneyError, OrderId};

use crate::{Account, store};

/// A transaction to be booked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewTransaction {
    /// What kind of thing is booked, such as `capture`.
    pub kind: &'static str,
    /// Which one, such as a payment attempt's id; kind and reference together are booked once.
    pub reference: String,
    /// The order it belongs to.
    pub order_id: Option<OrderId>,
    /// Debits above zero and credits below, at least two, zero together in each currency.
    pub entries: Vec<(Account, Money)>,
}

impl NewTransaction {
    /// Moves an amount: `debit` goes up by it and `credit` down.
    pub fn transfer(
        kind: &'static str,
        reference: String,
        debit: Account,
        credit: Account,
        amount: Money,
    ) -> Result<Self, BookError> {
        let entries = vec![(debit, amount), (credit, amount.negated()?)];
        Ok(Self {
            kind,
            reference,
            order_id: None,
            entries,
        })
    }

    /// The same transaction with another amount that moves; nothing when it is zero.
    pub fn and(mut self, debit: Account, credit: Account, amount: Money) -> Result<Self, BookError> {
        if !amount.is_zero() {
            self.entries.push((debit, amount));
            self.entries.push((credit, amount.negated()?));
        }
        Ok(self)
    }

    /// The same transaction, for an order.
    pub fn for_order(self, order_id: OrderId) -> Self {
        Self {
            order_id: Some(order_id),
            ..self
        }
    }
}

/// What booking did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Booked {
    /// The transaction is in the books now.
    New(LedgerTransactionId),
    /// It was there before; nothing changed.
    Already,
}

/// Why a transaction cannot be booked.
#[derive(Debug, thiserror::Error)]
pub enum BookError {
    /// There are no entries, or one of them is zero.
    #[error("a transaction needs entries, and none of them may be zero")]
    EmptyEntry,
    /// The entries of a currency do not sum to zero.
    #[error("the entries in {0} do not sum to zero")]
    Unbalanced(Currency),
    /// The amounts are too large to add up.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// The database failed.
    #[error(transparent)]
    Internal(#[from] database::Error),
}

/// Books a transaction with one statement, unless the same thing was booked before.
pub async fn book(ctx: &mut Ctx, new: NewTransaction) -> Result<Booked, BookError> {
    require_balance(&new.entries)?;
    let id = ctx.new_id();
    let now = ctx.now();
    let inserted = store::insert(ctx, &[(id, &new, now)]).await?;
    Ok(if inserted == 0 {
        Booked::Already
    } else {
        Booked::New(id)
    })
}

/// Books transactions with one statement, leaving out what was booked before.
pub async fn book_all(ctx: &mut Ctx, new: &[NewTransaction]) -> Result<(), BookError> {
    for transaction in new {
        require_balance(&transaction.entries)?;
    }
    if new.is_empty() {
        return Ok(());
    }
    let now = ctx.now();
    let rows: Vec<_> = new.iter().map(|transaction| (ctx.new_id(), transaction, now)).collect();
    store::insert(ctx, &rows).await?;
    Ok(())
}

/// Refuses transactions that are not ones, before the database does.
pub(crate) fn require_balance(entries: &[(Account, Money)]) -> Result<(), BookError> {
    if entries.is_empty() || entries.iter().any(|(_, amount)| amount.is_zero()) {
        return Err(BookError::EmptyEntry);
    }
    for currency in entries.iter().map(|(_, amount)| amount.currency()) {
        let same_currency = entries
            .iter()
            .map(|(_, amount)| *amount)
            .filter(|amount| amount.currency() == currency);
        if !Money::sum(currency, same_currency)?.is_zero() {
            return Err(BookError::Unbalanced(currency));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use database::testing::TestDatabase;
    use kernel::{LedgerEntryId, TypedId as _};

    use super::*;
    use crate::{balance, check, list_order_balances};

    fn sandbox() -> Account {
        Account::Gateway("sandbox".to_owned())
    }

    fn usd(minor: i64) -> Money {
        Money::new(minor, Currency::USD)
    }

    fn order() -> OrderId {
        OrderId::generate(chrono::DateTime::UNIX_EPOCH, &kernel::SeededEntropy::new(3))
    }

    fn capture(reference: &str, minor: i64) -> NewTransaction {
        NewTransaction::transfer("capture", reference.to_owned(), sandbox(), Account::Orders, usd(minor))
            .unwrap()
            .for_order(order())
    }

    #[test]
    fn entries_must_balance_in_each_currency() {
        let eur = |minor| Money::new(minor, Currency::EUR);
        let balanced = |entries: &[Money]| {
            let entries: Vec<_> = entries.iter().map(|amount| (Account::Orders, *amount)).collect();
            require_balance(&entries).map_err(|error| error.to_string())
        };
        assert_eq!(balanced(&[usd(5), eur(7), usd(-5), eur(-4), eur(-3)]), Ok(()));
        assert_eq!(
            balanced(&[usd(5), eur(-5)]),
            Err("the entries in USD do not sum to zero".to_owned())
        );
        assert!(balanced(&[]).is_err() && balanced(&[usd(0)]).is_err());
    }

    #[tokio::test]
    async fn the_same_thing_is_booked_once() {
        let database = TestDatabase::new().await;
        let mut ctx = database.work().write();
        assert!(matches!(
            book(&mut ctx, capture("pay_1", 1999)).await,
            Ok(Booked::New(_))
        ));
        assert!(matches!(
            book(&mut ctx, capture("pay_1", 1999)).await,
            Ok(Booked::Already)
        ));
        assert!(matches!(book(&mut ctx, capture("pay_2", 1)).await, Ok(Booked::New(_))));
        ctx.commit().await.unwrap();

        let mut ctx = database.work().read();
        assert_eq!(balance(&mut ctx, &sandbox(), Currency::USD).await.unwrap(), usd(2000));
        assert_eq!(
            balance(&mut ctx, &Account::Orders, Currency::USD).await.unwrap(),
            usd(-2000)
        );
        assert_eq!(
            balance(&mut ctx, &Account::Orders, Currency::EUR).await.unwrap(),
            Money::zero(Currency::EUR)
        );
        let of_orders = list_order_balances(&mut ctx).await.unwrap();
        assert_eq!(of_orders.len(), 2);
        assert!(of_orders.iter().all(|line| line.order_id == order()));
        assert_eq!(check(&mut ctx).await.unwrap(), Vec::<String>::new());
    }

    #[tokio::test]
    async fn postgres_refuses_what_does_not_balance_and_every_change() {
        let database = TestDatabase::new().await;
        let mut ctx = database.work().write();
        let unbalanced = NewTransaction {
            entries: vec![(sandbox(), usd(5)), (Account::Orders, usd(-4))],
            ..capture("pay_1", 5)
        };
        let id = ctx.new_id();
        let now = ctx.now();
        let balanced = (ctx.new_id(), &capture("pay_0", 5), now);
        let refused = store::insert(&mut ctx, &[balanced, (id, &unbalanced, now)]).await;
        let refused = refused.unwrap_err();
        assert_eq!(refused.constraint(), Some("entries_balance_check"));
        ctx.rollback().await;

        let mut ctx = database.work().write();
        let (store_id, entries): (_, [LedgerEntryId; 2]) = (ctx.store_id(), [ctx.new_id(), ctx.new_id()]);
        let stray = "INSERT INTO ledger.entries (store_id, id, transaction_id, account, amount, currency) \
            SELECT $1, n.id, $2, 'orders', n.amount, 'USD' FROM unnest($3::uuid[], $4::bigint[]) AS n (id, amount)";
        let refused = sqlx::query(stray)
            .bind(store_id)
            .bind(id)
            .bind(entries)
            .bind([5_i64, -5])
            .execute(ctx.sql().await.unwrap())
            .await;
        let refused = database::Error::from(refused.unwrap_err());
        assert_eq!(refused.constraint(), Some("entries_transaction_fk"));
        ctx.rollback().await;

        let mut ctx = database.work().write();
        book(&mut ctx, capture("pay_1", 5)).await.unwrap();
        ctx.commit().await.unwrap();
        for change in CHANGES {
            let mut ctx = database.work().write();
            let refused = sqlx::query(change).execute(ctx.sql().await.unwrap()).await;
            let refused = refused.unwrap_err().to_string();
            assert!(
                refused.contains("permission denied"),
                "the program may not {change}: {refused}"
            );
            let refused = database.as_owner(change).await.unwrap_err().to_string();
            assert!(refused.contains("append-only"), "nobody may {change}: {refused}");
        }
    }

    const CHANGES: [&str; 6] = [
        "UPDATE ledger.entries SET amount = 6",
        "DELETE FROM ledger.entries",
        "TRUNCATE ledger.entries",
        "UPDATE ledger.transactions SET kind = 'gift'",
        "DELETE FROM ledger.transactions",
        "TRUNCATE ledger.transactions CASCADE",
    ];
}
