//! Everything requests share, built once at start.

use std::sync::Arc;

use database::Database;
use tokio_util::sync::CancellationToken;

use crate::{
    Authenticator, CountsCarts, KeptRoute, MovedPages, NoCarts, NobodySignsIn, NothingMoved, Pages, PlainProblems,
    ProblemPages, Settings, SharedLimits, StoreDirectory, Theme, Translations, kept::flights::Flights,
    limits::RateLimits, live::Streams, room::Room,
};

/// What every request shares. Cheap to clone; a surface with a state of its own implements `FromRef` for it.
#[derive(Clone)]
pub struct AppState(Arc<Inner>);

struct Inner {
    database: Database,
    stores: StoreDirectory,
    authenticator: Arc<dyn Authenticator>,
    moved_pages: Arc<dyn MovedPages>,
    problem_pages: Arc<dyn ProblemPages>,
    carts: Arc<dyn CountsCarts>,
    kept_routes: &'static [KeptRoute],
    blank: String,
    pages: Pages,
    limits: RateLimits,
    flights: Flights,
    streams: Streams,
    room: Room,
    settings: Settings,
    draining: CancellationToken,
}

/// Collects what [`AppState`] is made of.
pub struct AppStateBuilder {
    database: Database,
    stores: Option<StoreDirectory>,
    authenticator: Arc<dyn Authenticator>,
    moved_pages: Arc<dyn MovedPages>,
    problem_pages: Arc<dyn ProblemPages>,
    carts: Arc<dyn CountsCarts>,
    kept_routes: &'static [KeptRoute],
    settings: Settings,
    shared_limits: Option<Arc<dyn SharedLimits>>,
    theme: Theme,
}

impl AppState {
    /// Starts with a database, stores found in it by host name, and nobody able to sign in.
    pub fn builder(database: Database, theme: Theme) -> AppStateBuilder {
        AppStateBuilder {
            database,
            stores: None,
            authenticator: Arc::new(NobodySignsIn),
            moved_pages: Arc::new(NothingMoved),
            problem_pages: Arc::new(PlainProblems),
            carts: Arc::new(NoCarts),
            kept_routes: &[],
            settings: Settings::default(),
            shared_limits: None,
            theme,
        }
    }

    /// The database.
    pub fn database(&self) -> &Database {
        &self.0.database
    }

    /// The stores by host name.
    pub fn stores(&self) -> &StoreDirectory {
        &self.0.stores
    }

    /// The templates, also for mails.
    pub fn pages(&self) -> &Pages {
        &self.0.pages
    }

    /// The texts in every language.
    pub fn translations(&self) -> &Translations {
        self.0.pages.translations()
    }

    /// How often a caller may ask.
    pub(crate) fn limits(&self) -> &RateLimits {
        &self.0.limits
    }

    /// The answers that are being made for all who ask for them.
    pub(crate) fn flights(&self) -> &Flights {
        &self.0.flights
    }

    /// What the operator decided.
    pub fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// From now on `/readyz` asks for no more work, while what comes is still answered. Open streams end.
    pub fn drain(&self) {
        self.0.draining.cancel();
    }

    pub(crate) fn draining(&self) -> &CancellationToken {
        &self.0.draining
    }

    /// The streams that are open.
    pub(crate) fn streams(&self) -> &Streams {
        &self.0.streams
    }

    /// Who may work at once.
    pub(crate) fn room(&self) -> &Room {
        &self.0.room
    }

    pub(crate) fn authenticator(&self) -> &dyn Authenticator {
        self.0.authenticator.as_ref()
    }

    pub(crate) fn carts(&self) -> &dyn CountsCarts {
        self.0.carts.as_ref()
    }

    /// The routes whose answers are kept; none while somebody works on the theme.
    pub(crate) fn kept_routes(&self) -> &'static [KeptRoute] {
        self.0.kept_routes
    }

    /// What stands in a page that is kept where every answer has another text. Nobody can guess it, so no text of the
    /// store has it.
    pub(crate) fn blank(&self) -> &str {
        &self.0.blank
    }

    pub(crate) fn moved_pages(&self) -> &dyn MovedPages {
        self.0.moved_pages.as_ref()
    }

    pub(crate) fn problem_pages(&self) -> &dyn ProblemPages {
        self.0.problem_pages.as_ref()
    }
}

impl AppStateBuilder {
    /// Who answers for session secrets and API keys.
    pub fn authenticator(mut self, authenticator: Arc<dyn Authenticator>) -> Self {
        self.authenticator = authenticator;
        self
    }

    /// Who knows where pages went.
    pub fn moved_pages(mut self, moved_pages: Arc<dyn MovedPages>) -> Self {
        self.moved_pages = moved_pages;
        self
    }

    /// Who shows the problems of the shop.
    pub fn problem_pages(mut self, problem_pages: Arc<dyn ProblemPages>) -> Self {
        self.problem_pages = problem_pages;
        self
    }

    /// Who knows how many pieces lie in a cart.
    pub fn carts(mut self, carts: Arc<dyn CountsCarts>) -> Self {
        self.carts = carts;
        self
    }

    /// The routes whose answers are kept between requests.
    pub fn kept_routes(mut self, routes: &'static [KeptRoute]) -> Self {
        self.kept_routes = routes;
        self
    }

    /// Limits and facts about the place Souk runs in.
    pub fn settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }

    /// Who counts for all processes of the installation; without it each counts for itself.
    pub fn shared_limits(mut self, limits: Arc<dyn SharedLimits>) -> Self {
        self.shared_limits = Some(limits);
        self
    }

    /// Stores that are known without asking the database.
    pub fn stores(mut self, stores: StoreDirectory) -> Self {
        self.stores = Some(stores);
        self
    }

    /// Reads every template, asset and translation.
    pub fn build(self) -> AppState {
        let demo = self.settings.demo;
        let kept_routes = if self.theme.reloads() { &[] } else { self.kept_routes };
        let mut secret = [0; 16];
        self.database.entropy().fill(&mut secret);
        AppState(Arc::new(Inner {
            stores: self
                .stores
                .unwrap_or_else(|| StoreDirectory::in_database(self.database.clone(), demo)),
            database: self.database,
            authenticator: self.authenticator,
            moved_pages: self.moved_pages,
            problem_pages: self.problem_pages,
            carts: self.carts,
            kept_routes,
            blank: data_encoding::HEXLOWER.encode(&secret),
            pages: Pages::load(self.theme),
            limits: RateLimits::new(&self.settings, self.shared_limits),
            flights: Flights::default(),
            streams: Streams::default(),
            room: Room::new(&self.settings),
            settings: self.settings,
            draining: CancellationToken::new(),
        }))
    }
}
