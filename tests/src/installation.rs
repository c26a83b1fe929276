//! The whole program on a database of its own, with two stores whose texts never meet.

use std::{path::Path, sync::Arc};

use chrono::TimeDelta;
use database::{
    Database, Scope, Work,
    cache::Follower,
    stores::NewStore,
    testing::{HOST, TestDatabase},
    worker::{self, Registry},
};
use kernel::{CountryCode, Currency, Locale, TaxRounding, TimeZone};
use payments::{Gateway, Gateways};
use sign_in_adapters::{OpenIdConnect, Security};
use souk::{cli::Role, config::Config, http, kept, periodic, program::Program};
use sqlx::{AssertSqlSafe, FromRow, postgres::PgRow};

use crate::{
    browser::Browser,
    page::Page,
    stocked::{Piece, Stock, TestStore, parse},
};

/// What the first store's texts hold, and no other text does.
pub(crate) const ALPHA: &str = "Aardvark";
/// What the second store's texts hold, and no other text does.
pub(crate) const BETA: &str = "Wombat";

/// A running program without a listener.
pub(crate) struct Installation {
    pub(crate) db: TestDatabase,
    pub(crate) program: Program,
    /// The American store: dollars, prices without tax.
    pub(crate) alpha: TestStore,
    pub(crate) folder: tempfile::TempDir,
    config: Config,
    router: axum::Router,
}

/// Another process on an installation's database.
pub(crate) struct Process {
    pub(crate) follower: Follower,
    database: Database,
    router: axum::Router,
    _folder: tempfile::TempDir,
}

impl Process {
    pub(crate) fn database(&self) -> &Database {
        &self.database
    }

    /// A visitor of the first store.
    pub(crate) fn visitor(&self) -> Browser {
        Browser::new(self.router.clone(), HOST)
    }

    /// Work on the first store.
    pub(crate) fn work(&self, souk: &Installation) -> Work {
        Work::new(self.database.clone(), Scope::system(Arc::clone(&souk.alpha.store)))
    }
}

/// A mail as it was written for sending.
#[derive(Debug, FromRow)]
pub(crate) struct SentMail {
    pub(crate) kind: String,
    pub(crate) recipient: String,
    pub(crate) state: String,
    pub(crate) subject: String,
    pub(crate) text_body: String,
    pub(crate) html_body: String,
}

impl SentMail {
    /// The link to this path in the mail's text, without the host, which must be the store's.
    #[track_caller]
    pub(crate) fn link(&self, path: &str) -> String {
        let wanted = format!("http://{HOST}{path}");
        let mut words = self.text_body.split_whitespace();
        let link = words.find(|word| word.starts_with(&wanted));
        let link = link.unwrap_or_else(|| panic!("no link to {wanted} in {}", self.text_body));
        assert!(self.html_body.contains("http"), "{}", self.html_body);
        link.replacen(&format!("http://{HOST}"), "", 1)
    }
}

impl Installation {
    pub(crate) async fn new() -> Self {
        Self::with_bank(|bank| bank).await
    }

    /// With a bank of the test's own before the sandbox's.
    pub(crate) async fn with_bank(before: impl FnOnce(Arc<dyn Gateway>) -> Arc<dyn Gateway>) -> Self {
        Self::built(None, before).await
    }

    /// With limits that are counted in this Redis.
    pub(crate) async fn with_redis(url: &str) -> Self {
        Self::built(Some(url.to_owned()), |bank| bank).await
    }

    async fn built(redis_url: Option<String>, before: impl FnOnce(Arc<dyn Gateway>) -> Arc<dyn Gateway>) -> Self {
        let (db, stock) = TestDatabase::filled(async |db| {
            let stock = Stock::put_into(&db.work(), ALPHA).await;
            serde_json::to_string(&stock).unwrap()
        })
        .await;
        let folder = tempfile::tempdir().unwrap();
        let config = Config {
            redis_url,
            redis_timeout_ms: 3_600_000,
            data: folder.path().to_owned(),
            public_url: Some(format!("http://{HOST}")),
            trusted_proxies: 1,
            // The push services of the tests are on this machine.
            push_services_here: true,
            // No test is about it, and no machine too slow for one.
            request_timeout_seconds: 3_600,
            requests_at_once: Some(1_024),
            ..Config::default()
        };
        let mut program = Program::new(&config, db.database(), false).await.unwrap();
        program.gateways = Gateways::new([before(program.sandbox.clone())]);
        // The providers of the tests are on this machine.
        program.openid = Arc::new(OpenIdConnect::new(Security::PlainOnThisMachine));
        db.database().cache().open_alone();
        let stock = serde_json::from_str(&stock).unwrap();
        let alpha = TestStore::of(stock, db.work(), HOST, ALPHA);
        let router = http::router(&program);
        Self {
            db,
            program,
            alpha,
            folder,
            config,
            router,
        }
    }

    /// Another process of the program on the same database.
    pub(crate) async fn another_process(&self) -> Process {
        self.process(None, &[Role::Web, Role::Api]).await
    }

    /// The same, with the theme in that folder.
    pub(crate) async fn process_with_theme(&self, theme: Option<&Path>) -> Process {
        self.process(theme, &[Role::Web, Role::Api]).await
    }

    /// The same, with these roles alone.
    pub(crate) async fn process_of(&self, roles: &[Role]) -> Process {
        self.process(None, roles).await
    }

    async fn process(&self, theme: Option<&Path>, roles: &[Role]) -> Process {
        let folder = tempfile::tempdir().unwrap();
        let config = Config {
            data: folder.path().to_owned(),
            theme: theme.map(Path::to_owned),
            ..self.config.clone()
        };
        let database = self.db.another();
        let program = Program::new(&config, &database, false).await.unwrap();
        Process {
            follower: Follower::new(database.clone(), kept::EVENTS),
            router: http::router_of(&program, roles),
            database,
            _folder: folder,
        }
    }

    /// Somebody who comes to this process while every place is taken.
    pub(crate) async fn visitor_in_a_crowd(&self) -> Browser {
        let config = Config {
            requests_at_once: Some(0),
            ..self.config.clone()
        };
        let program = Program::new(&config, self.database(), false).await.unwrap();
        Browser::new(http::router(&program), HOST)
    }

    /// The second store: Indonesian, rupiah, prices with tax.
    pub(crate) async fn beta(&self) -> TestStore {
        let new = NewStore {
            slug: "beta".to_owned(),
            name: format!("{BETA} Store"),
            currency: Currency::IDR,
            locale: Locale::EN,
            prices_include_tax: true,
            tax_rounding: TaxRounding::Line,
            country: CountryCode::parse("ID").unwrap(),
            email: parse("beta@wombat.example"),
            time_zone: TimeZone::UTC,
        };
        self.pass(TimeDelta::seconds(1));
        let store = self.db.database().ensure_store(&new, &["beta.test"]).await.unwrap();
        self.db
            .database()
            .ensure_store(&new_alpha(self), &[HOST])
            .await
            .unwrap();
        let work = Work::new(self.db.database().clone(), Scope::system(store));
        let stock = Stock::put_into(&work, BETA).await;
        TestStore::of(stock, work, "beta.test", BETA)
    }

    pub(crate) fn database(&self) -> &Database {
        self.db.database()
    }

    /// A visitor of the first store.
    pub(crate) fn visitor(&self) -> Browser {
        Browser::new(self.router.clone(), HOST)
    }

    pub(crate) fn visitor_of(&self, store: &TestStore) -> Browser {
        Browser::new(self.router.clone(), store.host)
    }

    /// What a worker knows that begins now.
    pub(crate) fn registry(&self) -> Registry {
        self.program.registry(&self.config).unwrap()
    }

    /// Lets events and jobs happen, until nothing is due.
    pub(crate) async fn drain(&self) {
        let registry = self.registry();
        worker::drain(self.database(), &registry).await.unwrap();
    }

    /// What the clock does every quarter of a minute.
    pub(crate) async fn periodic_round(&self) {
        periodic::round(self.database(), &self.program.gateways, false)
            .await
            .unwrap();
    }

    pub(crate) fn pass(&self, time: TimeDelta) {
        self.db.clock().advance(time);
    }

    /// Rows of any table, for what no page tells.
    pub(crate) async fn rows<R>(&self, sql: &str) -> Vec<R>
    where
        R: for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        let mut ctx = self.alpha.work().read();
        let rows = sqlx::query_as(AssertSqlSafe(sql))
            .fetch_all(ctx.sql().await.unwrap())
            .await
            .unwrap();
        ctx.rollback().await;
        rows
    }

    /// The first column of the only row.
    pub(crate) async fn number(&self, sql: &str) -> i64 {
        let rows: Vec<(i64,)> = self.rows(sql).await;
        assert_eq!(rows.len(), 1, "{sql}");
        rows[0].0
    }

    /// The only text of the only row.
    pub(crate) async fn word(&self, sql: &str) -> String {
        let rows: Vec<(String,)> = self.rows(sql).await;
        assert_eq!(rows.len(), 1, "{sql}");
        rows[0].0.clone()
    }

    /// Changes rows behind the program's back.
    pub(crate) async fn damage(&self, sql: &str) {
        let mut ctx = self.alpha.work().write();
        let done = sqlx::query(AssertSqlSafe(sql))
            .execute(ctx.sql().await.unwrap())
            .await
            .unwrap();
        assert_eq!(done.rows_affected(), 1, "{sql}");
        ctx.commit().await.unwrap();
        self.database().cache().drop_everything();
    }

    /// Every mail that was written, the oldest first. All of them went out.
    pub(crate) async fn mails(&self) -> Vec<SentMail> {
        self.drain().await;
        let mails: Vec<SentMail> = self
            .rows("SELECT kind, recipient, state, subject, text_body, html_body FROM notifications.messages ORDER BY created_at, id")
            .await;
        for mail in &mails {
            assert_eq!(mail.state, "sent", "{mail:?}");
        }
        mails
    }

    /// The only mail of a kind to somebody.
    pub(crate) async fn mail(&self, kind: &str, recipient: &str) -> SentMail {
        let mails = self.mails().await.into_iter();
        let mut wanted: Vec<SentMail> = mails
            .filter(|mail| mail.kind == kind && mail.recipient == recipient)
            .collect();
        assert_eq!(wanted.len(), 1, "{kind} to {recipient}: {wanted:?}");
        wanted.remove(0)
    }

    /// What `souk check` would print of the first store.
    pub(crate) async fn findings(&self) -> Vec<String> {
        let mut ctx = self.alpha.work().read();
        let findings = souk::commands::findings(&mut ctx).await.unwrap();
        ctx.rollback().await;
        findings
    }

    /// Stock of a piece: on hand, and of that promised.
    pub(crate) async fn stock(&self, piece: &Piece) -> (i64, i64) {
        let mut ctx = self.alpha.work().read();
        let levels = inventory::levels(&mut ctx, &[piece.variant]).await.unwrap();
        ctx.rollback().await;
        (levels[0].on_hand, levels[0].reserved)
    }

    pub(crate) async fn order_count(&self) -> i64 {
        self.number("SELECT count(*) FROM orders.orders").await
    }

    /// Everybody can still trust the books.
    pub(crate) async fn all_is_well(&self) {
        assert_eq!(self.findings().await, Vec::<String>::new());
    }
}

/// The first store again, so that its host name is written down beside the second's.
fn new_alpha(installation: &Installation) -> NewStore {
    let store = installation.db.store();
    NewStore {
        slug: store.slug.clone(),
        name: store.name.clone(),
        currency: store.currency,
        locale: store.locale,
        prices_include_tax: store.prices_include_tax,
        tax_rounding: store.tax_rounding,
        country: store.country,
        email: store.email.clone(),
        time_zone: store.time_zone,
    }
}

/// What a guest types at the checkout.
pub(crate) const GUEST: &str = "guest@example.com";

impl Browser {
    pub(crate) async fn add(&mut self, piece: &Piece, quantity: &str) -> Page {
        self.submit("/cart", &[("variant", &piece.id()), ("quantity", quantity)])
            .await
    }

    /// Fills in the checkout up to the last button. The page's own fields are kept, as a browser does.
    pub(crate) async fn fill_checkout(&mut self, email: &str) -> CheckoutPage {
        let mut form = CheckoutPage::new(email);
        let page = self.submit("/checkout", &form.fields("update", "")).await.expect(200);
        form.shipping = page.field("shipping").unwrap_or_default();
        form.total = page.field("total").unwrap();
        form.sums = page.field("sums").unwrap();
        form
    }

    /// Presses the last button.
    pub(crate) async fn place(&mut self, form: &CheckoutPage, token: &str) -> Page {
        self.submit("/checkout", &form.fields("place", token)).await
    }

    /// Buys what is in the cart, and returns the success page.
    pub(crate) async fn buy(&mut self, email: &str) -> Page {
        let form = self.fill_checkout(email).await;
        let page = self.place(&form, "tok_success").await.expect(303);
        let path = page.location().to_owned();
        let page = self.get(&path).await.expect(200);
        assert!(page.has("order-confirmation"), "{}", page.body);
        page
    }
}

/// The checkout page with everything filled in.
#[derive(Debug, Clone)]
pub(crate) struct CheckoutPage {
    pub(crate) email: String,
    pub(crate) shipping: String,
    pub(crate) total: String,
    pub(crate) sums: String,
}

impl CheckoutPage {
    fn new(email: &str) -> Self {
        Self {
            email: email.to_owned(),
            shipping: String::new(),
            total: String::new(),
            sums: String::new(),
        }
    }

    pub(crate) fn fields<'f>(&'f self, action: &'f str, token: &'f str) -> Vec<(&'f str, &'f str)> {
        vec![
            ("email", &self.email),
            ("name", "Gwen Guest"),
            ("line1", "2 Side Street"),
            ("city", "Los Angeles"),
            ("state", "CA"),
            ("postal_code", "90001"),
            ("country", "US"),
            ("shipping", &self.shipping),
            ("gateway", "sandbox"),
            ("total", &self.total),
            ("sums", &self.sums),
            ("payment_token", token),
            ("action", action),
        ]
    }
}

/// The id of the order that a success page is about.
pub(crate) fn order_of(page: &Page) -> String {
    crate::page::between(&page.path, "order=", "&").unwrap().to_owned()
}
