//! The unit of work: `Work` opens transactions for one store and actor, `Ctx` is one of them.

use std::{pin::Pin, sync::Arc};

use kernel::{Actor, Currency, CustomerId, Forbidden, JobId, Locale, Permission, Store, StoreId, Time};
use sqlx::{PgConnection, Postgres, Transaction};

use crate::{
    Database, Error, Event, Scope, audit,
    cache::{Dropping, Needs, Published, Reads, Tag},
    error::is_transient_conflict,
    jobs::NewJob,
    outbox,
    pool::Begin,
};

/// What runs in a transaction of [`Work::transact`].
pub type InTransaction<'c, T, E> = Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'c>>;

/// The right to open transactions, one after the other, for one scope. Flows, surfaces and workers hold it; use cases
/// only see the `Ctx` it opens.
#[derive(Debug, Clone)]
pub struct Work {
    database: Database,
    scope: Scope,
    bulk: bool,
    keeps_plans: bool,
    in_no_group: bool,
    reads: Option<Reads>,
}

impl Work {
    /// Work on a database for a scope.
    pub fn new(database: Database, scope: Scope) -> Self {
        Self {
            database,
            scope,
            bulk: false,
            keeps_plans: false,
            in_no_group: false,
            reads: None,
        }
    }

    /// A transaction that may write. It begins with its first statement.
    pub fn write(&self) -> Ctx {
        self.open(Access::Write)
    }

    /// A READ ONLY transaction. It begins with its first statement.
    pub fn read(&self) -> Ctx {
        self.open(Access::Read)
    }

    /// A READ ONLY transaction whose statements all see the database as it was at the first of them.
    pub fn snapshot(&self) -> Ctx {
        self.open(Access::Snapshot)
    }

    /// Runs `body` on `input` in a transaction and commits; runs it again, up to three times, when PostgreSQL could not
    /// order it among other transactions. `body` must therefore be safe to run twice, and must not touch the network.
    ///
    /// The input is passed rather than captured, and the future boxed, because the compiler cannot yet show that a
    /// borrowing async closure is `Send`.
    pub async fn transact<I, T, E>(
        &self,
        input: &I,
        body: for<'a> fn(&'a mut Ctx, &'a I) -> InTransaction<'a, T, E>,
    ) -> Result<T, E>
    where
        I: Sync + ?Sized,
        T: Send,
        E: std::error::Error + From<Error> + Send + 'static,
    {
        for _ in 0..3 {
            let mut ctx = self.write();
            match body(&mut ctx, input).await {
                Ok(value) => match ctx.commit().await {
                    Ok(()) => return Ok(value),
                    Err(error) if is_transient_conflict(&error) => {}
                    Err(error) => return Err(self.noted(error.into())),
                },
                Err(error) if is_transient_conflict(&error) => ctx.rollback().await,
                Err(error) => {
                    ctx.rollback().await;
                    return Err(self.noted(error));
                }
            }
        }
        let mut ctx = self.write();
        let value = body(&mut ctx, input).await.map_err(|error| self.noted(error))?;
        ctx.commit().await.map_err(|error| self.noted(error))?;
        Ok(value)
    }

    /// The same store and language with another actor.
    pub fn acting_as(&self, actor: Actor) -> Self {
        let mut work = self.clone();
        work.scope.actor = actor;
        work.in_no_group = false;
        work
    }

    /// The same for an actor who is known to be in no group of customers, so that nothing which is for groups is looked for.
    pub fn in_no_group(&self) -> Self {
        Self {
            in_no_group: true,
            ..self.clone()
        }
    }

    /// The same store and actor in another language.
    pub fn speaking(&self, locale: Locale) -> Self {
        let mut work = self.clone();
        work.scope.locale = locale;
        work
    }

    /// The same, noting what would make another of what is made with it.
    pub fn noting(&self, reads: Option<Reads>) -> Self {
        Self { reads, ..self.clone() }
    }

    /// The same for work on thousands of rows that reports itself: the audit log tells of the whole, not of each row.
    pub fn in_bulk(&self) -> Self {
        Self {
            bulk: true,
            ..self.clone()
        }
    }

    /// The same for statements that find their rows by keys, however many: each keeps the plan that it got first.
    pub(crate) fn keeping_plans(&self) -> Self {
        Self {
            keeps_plans: true,
            ..self.clone()
        }
    }

    /// The database.
    pub fn database(&self) -> &Database {
        &self.database
    }

    /// Who, for which store, in which language.
    pub fn scope(&self) -> &Scope {
        &self.scope
    }

    /// The store.
    pub fn store(&self) -> &Arc<Store> {
        &self.scope.store
    }

    /// The current moment.
    pub fn now(&self) -> Time {
        self.database.now()
    }

    fn open(&self, access: Access) -> Ctx {
        Ctx {
            now: self.database.now(),
            database: self.database.clone(),
            scope: self.scope.clone(),
            transaction: None,
            access,
            only_shows: false,
            bulk: self.bulk,
            keeps_plans: self.keeps_plans,
            in_no_group: self.in_no_group,
            wakes: false,
            reads: self.reads.clone(),
            published: Vec::new(),
        }
    }
}

/// What a transaction may do, and what it sees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Access {
    Write,
    Read,
    Snapshot,
}

/// One transaction with its moment, store, actor and language: the first argument of every use case.
#[derive(Debug)]
pub struct Ctx {
    database: Database,
    scope: Scope,
    transaction: Option<Transaction<'static, Postgres>>,
    access: Access,
    only_shows: bool,
    bulk: bool,
    keeps_plans: bool,
    in_no_group: bool,
    /// Whether it leaves something for the workers.
    wakes: bool,
    now: Time,
    reads: Option<Reads>,
    published: Vec<Published>,
}

impl Ctx {
    /// The connection for one statement. Only `store.rs` files call it, once per statement, because the calls are
    /// counted against the budget of the page or mutation.
    pub async fn sql(&mut self) -> Result<&mut PgConnection, Error> {
        self.database.count_statement();
        if self.transaction.is_none() {
            let begin = match self.access {
                Access::Read => Begin::Read,
                Access::Snapshot => Begin::Snapshot,
                Access::Write => Begin::Write {
                    keeps_plans: self.keeps_plans,
                    watched: audit::settings(&self.scope.actor, self.now, self.bulk),
                },
            };
            self.transaction = Some(self.database.begin(begin).await?);
        }
        match &mut self.transaction {
            Some(transaction) => Ok(transaction),
            None => Err(Error::Sql(sqlx::Error::PoolClosed)),
        }
    }

    /// Makes the changes and events of this unit of work durable.
    ///
    /// What the events drop is dropped before anybody is told that the commit succeeded.
    pub async fn commit(self) -> Result<(), Error> {
        let dropping = Dropping::new(self.database.cache().clone(), self.published);
        if let Some(transaction) = self.transaction {
            transaction.commit().await?;
        }
        dropping.committed();
        if self.wakes {
            self.database.wake_workers();
        }
        Ok(())
    }

    /// Drops the changes and events of this unit of work.
    pub async fn rollback(self) {
        if let Some(transaction) = self.transaction
            && let Err(error) = transaction.rollback().await
        {
            tracing::debug!(%error, "a rollback found its connection gone");
        }
    }

    /// The moment this unit of work began.
    pub fn now(&self) -> Time {
        self.now
    }

    /// A new time-ordered id.
    pub fn new_id<I: kernel::TypedId>(&self) -> I {
        I::generate(self.now, self.database.entropy())
    }

    /// A new id that nobody can guess.
    pub fn new_secret_id<I: kernel::TypedId>(&self) -> I {
        I::generate_secret(self.database.entropy())
    }

    /// Random bytes for secrets.
    pub fn random_bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.database.entropy().fill(&mut bytes);
        bytes
    }

    /// Encrypts what may not be read out of the database alone. `what` and the store are bound to it.
    pub fn seal(&self, what: &'static str, plain: &[u8]) -> Result<Vec<u8>, Error> {
        self.database
            .sealing_key()
            .seal(what, self.store_id(), self.random_bytes(), plain)
    }

    /// Decrypts what [`Ctx::seal`] made for the same store and `what`.
    pub fn unseal(&self, what: &'static str, sealed: &[u8]) -> Result<Vec<u8>, Error> {
        self.database.sealing_key().unseal(what, self.store_id(), sealed)
    }

    /// The store's id, with which every statement starts.
    pub fn store_id(&self) -> StoreId {
        self.scope.store.id
    }

    /// The store.
    pub fn store(&self) -> &Arc<Store> {
        &self.scope.store
    }

    /// The store's currency.
    pub fn currency(&self) -> Currency {
        self.scope.store.currency
    }

    /// The language of the texts made here.
    pub fn locale(&self) -> Locale {
        self.scope.locale
    }

    /// Who is acting.
    pub fn actor(&self) -> &Actor {
        &self.scope.actor
    }

    /// The signed-in shopper, unless known to be in no group of customers. For looks: what is charged asks the tables.
    pub fn member(&self) -> Option<CustomerId> {
        self.scope.actor.customer().filter(|_| !self.in_no_group)
    }

    /// Refuses actors without the permission.
    pub fn require(&self, permission: Permission) -> Result<(), Forbidden> {
        self.scope.actor.require(permission)
    }

    /// Writes an event into the outbox, in this transaction.
    pub async fn publish<E: Event>(&mut self, event: &E) -> Result<(), Error> {
        self.publish_all(std::slice::from_ref(event)).await
    }

    /// Writes events into the outbox, in this transaction, with one statement.
    pub async fn publish_all<E: Event>(&mut self, events: &[E]) -> Result<(), Error> {
        if events.is_empty() {
            return Ok(());
        }
        self.wakes = true;
        let ids = outbox::publish_all(self, events).await?;
        let published = ids.into_iter().zip(events).map(|(id, event)| Published {
            id,
            kind: E::KIND,
            tags: Tag::of_event(self.scope.store.id, E::KIND, &event.touched()),
        });
        self.published.extend(published);
        Ok(())
    }

    /// Says that nothing is decided any more: what is loaded from here on is only shown, and nothing that is kept was changed
    /// here. So facts that are kept may be used as for a look.
    pub fn only_shows(&mut self) {
        self.only_shows = true;
    }

    pub(crate) fn may_decide(&self) -> bool {
        self.access == Access::Write && !self.only_shows
    }

    /// Whether somebody may keep what is made from what is read here.
    pub fn is_noted(&self) -> bool {
        self.reads.is_some()
    }

    /// Notes what would make another of what is read here, for whoever keeps what is made from it.
    pub fn note(&self, needs: &Needs) {
        if let Some(reads) = &self.reads {
            reads.note(needs);
        }
    }

    #[cfg(test)]
    pub(crate) fn take_published(&mut self) -> Vec<Published> {
        std::mem::take(&mut self.published)
    }

    pub(crate) fn database(&self) -> &Database {
        &self.database
    }

    /// Queues background work, in this transaction.
    pub async fn enqueue(&mut self, job: NewJob) -> Result<Option<JobId>, Error> {
        Ok(self.enqueue_all(vec![job]).await?.into_iter().next())
    }

    /// The same for several, with one statement. The answer is those that were queued.
    pub async fn enqueue_all(&mut self, jobs: Vec<NewJob>) -> Result<Vec<JobId>, Error> {
        if jobs.is_empty() {
            return Ok(Vec::new());
        }
        self.wakes = true;
        crate::jobs::enqueue_all(self, jobs).await
    }

    /// The next number of a sequence of this store. Numbers have no gaps: the next transaction that wants one waits for
    /// this one, so take it late.
    pub async fn next_number(&mut self, sequence: &str, first: i64) -> Result<i64, Error> {
        crate::sequences::next(self, sequence, first, 1).await
    }

    /// The first of the next `count` numbers of a sequence, all of which are the caller's.
    pub async fn next_numbers(&mut self, sequence: &str, first: i64, count: i64) -> Result<i64, Error> {
        crate::sequences::next(self, sequence, first, count).await
    }
}
