//! An open installation: database, adapters and HTTP state, joined.

use std::{
    collections::HashMap,
    net::Ipv4Addr,
    path::Path,
    str::FromStr as _,
    sync::Arc,
    time::{Duration, Instant},
};

use anyhow::Context as _;
use database::{
    Database, Options, Scope, Work,
    backup::{self, Server},
    cluster::{self, PrivateCluster},
    inspect,
    worker::Registry,
};
use include_dir::{Dir, include_dir};
use kernel::{Store, StoreId, SystemClock, SystemEntropy};
use notifications::{Mails, Pusher, Texter};
use payment_adapters::{Fees, SandboxBank};
use payments::Gateways;
use picture_adapters::Codecs;
use push_adapters::WebPush;
use search_adapters::TantivyEngine;
use sign_in_adapters::{OpenIdConnect, Security};
use sqlx::postgres::PgConnectOptions;
use storage_adapters::{DiskBlobs, HttpImages, Reach};
use text_adapters::Twilio;
use web::{AppState, Settings, Theme, Throttle};

use crate::{
    authenticator::Accounts, carts::Carts, config::Config, files, kept, limits, mail, moved::Redirects, reactions,
    sealing_key::sealing_key,
};

static TEMPLATES: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../themes/default");
static TRANSLATIONS: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../translations");

/// How long a command waits for a server that is starting to bring the schema up to date.
const STARTING: Duration = Duration::from_secs(20);
const POLL: Duration = Duration::from_millis(50);

/// The database of an installation, and the private cluster it may live in.
pub struct Opened {
    /// The database.
    pub database: Database,
    /// How PostgreSQL's own programs find it.
    pub server: Server,
    cluster: Option<PrivateCluster>,
}

/// Whether another process may run the private cluster of the data folder at the same time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Company {
    /// This process runs it alone: a server.
    Alone,
    /// It may be used beside a running server: a command.
    Beside,
}

/// Which schema of an installation will do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Schema {
    /// This program's.
    Own,
    /// This program's or an earlier one: for a backup before it is brought up to date.
    OwnOrOlder,
}

impl Opened {
    /// Connects, and brings the schema up to date.
    pub async fn open(config: &Config, company: Company) -> anyhow::Result<Self> {
        let opened = Self::connect(config, company).await?;
        let migrated = match opened.reach(config).await {
            Ok(_) => database::migrate(&opened.database)
                .await
                .context("the database could not be brought to this version's schema"),
            Err(error) => Err(error),
        };
        opened.or_close(migrated).await
    }

    /// Connects to an installation that is there: what only looks, or works beside a server, makes none, and changes nothing
    /// of its schema.
    pub async fn existing(config: &Config, schema: Schema) -> anyhow::Result<Self> {
        anyhow::ensure!(
            config.database_url.is_some() || cluster::is_begun(&config.data),
            "there is no Souk in the folder {}: say where it is with --data; `souk serve` and `souk store` make one",
            config.data.display()
        );
        let opened = Self::connect(config, Company::Beside).await?;
        let fits = opened.fits(config, schema).await;
        opened.or_close(fits).await
    }

    /// An error when the schema is another. A server that started a moment ago may be bringing it up to date.
    async fn fits(&self, config: &Config, schema: Schema) -> anyhow::Result<()> {
        let begun = Instant::now();
        let patience = match &self.cluster {
            Some(cluster) if !cluster.is_joined() => Duration::ZERO,
            Some(_) => STARTING,
            None => STARTING / 4,
        };
        loop {
            let state = inspect::migrations(&self.reach(config).await?);
            let wrong = match (state.unknown.first(), state.changed.first(), state.pending.len()) {
                (Some(version), ..) => {
                    format!("has migration {version}, which this program does not know: a newer Souk was here")
                }
                (_, Some(version), _) => {
                    format!("belongs to another build of Souk: its migration {version} has another text")
                }
                (_, _, 0) => return Ok(()),
                _ if schema == Schema::OwnOrOlder => return Ok(()),
                _ if begun.elapsed() < patience => {
                    tokio::time::sleep(POLL).await;
                    continue;
                }
                (_, _, count) => {
                    format!("is of an older version: {count} migrations wait; `souk migrate` applies them")
                }
            };
            anyhow::bail!("the database {wrong}");
        }
    }

    /// The migrations that the database has; an error that says where it was looked for when it does not answer.
    async fn reach(&self, config: &Config) -> anyhow::Result<Vec<backup::Applied>> {
        let applied = backup::applied_migrations(&self.database).await;
        applied.map_err(|error| {
            let place = match (&config.database_url, error.is_unavailable()) {
                (_, false) => return error.into(),
                (Some(url), true) => place_of(url),
                (None, true) => format!("in {}", config.data.display()),
            };
            anyhow::Error::from(error).context(format!("PostgreSQL {place} cannot be reached"))
        })
    }

    async fn or_close(self, outcome: anyhow::Result<()>) -> anyhow::Result<Self> {
        match outcome {
            Ok(()) => Ok(self),
            Err(error) => {
                self.close().await?;
                Err(error)
            }
        }
    }

    /// Connects to `DATABASE_URL`, or starts the private cluster of the data folder, and leaves the schema as it is.
    pub async fn connect(config: &Config, company: Company) -> anyhow::Result<Self> {
        std::fs::create_dir_all(&config.data)
            .with_context(|| format!("the data folder {} cannot be made", config.data.display()))?;
        let (connect, cluster) = match &config.database_url {
            Some(url) => {
                let is_postgresql = ["postgres://", "postgresql://"]
                    .iter()
                    .any(|scheme| url.starts_with(scheme));
                anyhow::ensure!(
                    is_postgresql,
                    "DATABASE_URL has to begin with postgres:// or postgresql://"
                );
                let options = PgConnectOptions::from_str(url).context("DATABASE_URL is not a PostgreSQL address")?;
                (options, None)
            }
            None => {
                let cluster = match company {
                    Company::Alone => PrivateCluster::start(&config.data).await?,
                    Company::Beside => PrivateCluster::start_or_join(&config.data).await?,
                };
                (cluster.connect_options(), Some(cluster))
            }
        };
        let options = Options {
            max_connections: config.database_connections,
            cache_bytes: u64::from(config.cache_megabytes) << 20,
            ..Options::default()
        };
        let (clock, entropy) = (Arc::new(SystemClock), Arc::new(SystemEntropy));
        let database = Database::connect_lazy(connect, options, clock, entropy, sealing_key(config)?);
        let server = match (&config.database_url, &cluster) {
            (None, Some(cluster)) => Server::Private(cluster.socket_folder().to_owned()),
            (url, _) => Server::Address(url.clone().unwrap_or_default()),
        };
        Ok(Self {
            database,
            server,
            cluster,
        })
    }

    /// A database that somebody else runs.
    pub fn beside(database: Database, server: Server) -> Self {
        Self {
            database,
            server,
            cluster: None,
        }
    }

    /// Runs the program's work, and meanwhile starts the private cluster again whenever it ends by itself.
    pub async fn watched_over<T>(&mut self, work: impl Future<Output = T>) -> T {
        match &mut self.cluster {
            Some(cluster) => tokio::select! {
                done = work => done,
                () = cluster.keep_running() => std::future::pending().await,
            },
            None => work.await,
        }
    }

    /// Lets transactions end, closes the connections, and stops the private cluster.
    pub async fn close(self) -> anyhow::Result<()> {
        self.database.close().await;
        if let Some(cluster) = self.cluster {
            cluster.stop().await?;
        }
        Ok(())
    }
}

/// Where a server is, without the name and the password that open it.
fn place_of(url: &str) -> String {
    match PgConnectOptions::from_str(url) {
        Ok(options) => match options.get_socket() {
            Some(folder) => format!("in {}", folder.display()),
            None => format!("at {}:{}", options.get_host(), options.get_port()),
        },
        Err(_) => "of DATABASE_URL".to_owned(),
    }
}

/// Everything the surfaces and the worker share.
#[derive(Clone)]
pub struct Program {
    /// HTTP state: stores, sign-in, templates, limits.
    pub app: AppState,
    /// Where payments go.
    pub gateways: Gateways,
    /// The sandbox bank, for its page and the demo's past payments.
    pub sandbox: Arc<SandboxBank>,
    /// What finds products.
    pub search: Option<Arc<dyn search::Engine>>,
    /// Stored files.
    pub blobs: Arc<dyn media::Blobs>,
    /// The smaller pictures of pages, kept in a folder that can be cleared at any time.
    pub renditions: media::Renditions,
    /// Where imports fetch pictures.
    pub images: Option<Arc<dyn imports::ImageSource>>,
    /// Asks the providers that vouch for people.
    pub openid: Arc<dyn identity::OpenId>,
    /// Carries texts.
    pub texter: Arc<dyn Texter>,
    /// Carries pushes.
    pub pusher: Arc<dyn Pusher>,
    /// Signs the links of order status pages.
    pub link_key: [u8; 32],
    /// Where uploads and files lie.
    pub data: Arc<Path>,
}

impl Program {
    /// Chooses the adapters and joins them.
    pub async fn new(config: &Config, database: &Database, demo: bool) -> anyhow::Result<Self> {
        let mut theme = Theme::embedded(&TEMPLATES, &TRANSLATIONS);
        if let Some(folder) = &config.theme {
            anyhow::ensure!(folder.is_dir(), "the theme folder {} does not exist", folder.display());
            theme = theme.overridden_by(folder.clone());
        }
        let settings = Settings {
            public_url: config.public_url.clone(),
            trusted_proxies: config.trusted_proxies.into(),
            demo,
            request_timeout: Duration::from_secs(config.request_timeout_seconds.into()),
            max_concurrent: config.requests_at_once(),
            api_throttle: Throttle::per_second(config.api_calls_per_second),
            ..Settings::default()
        };
        let app = AppState::builder(database.clone(), theme)
            .authenticator(Arc::new(Accounts))
            .moved_pages(Arc::new(Redirects))
            .problem_pages(Arc::new(storefront::ProblemsInTheShop))
            .carts(Arc::new(Carts))
            .kept_routes(kept::ROUTES)
            .settings(settings)
            .shared_limits(limits::shared(config, database)?)
            .build();
        let sandbox = Arc::new(
            SandboxBank::open(&config.data, database.secret("sandbox-webhooks").await?)
                .context("the sandbox bank's book cannot be opened")?
                .charging(Fees {
                    basis_points: config.sandbox_fee_basis_points,
                    fixed: config.sandbox_fee_fixed,
                    returned: config.sandbox_fee_returned,
                }),
        );
        let gateway: Arc<dyn payments::Gateway> = sandbox.clone();
        let blobs = files::kept(config)?;
        let made = Arc::new(DiskBlobs::new(config.data.join("renditions")));
        Ok(Self {
            app,
            gateways: Gateways::new([gateway]),
            sandbox,
            search: Some(Arc::new(TantivyEngine::new(config.data.join("search")))),
            renditions: media::Renditions::new(Arc::clone(&blobs), made, Arc::new(Codecs)),
            blobs,
            images: Some(Arc::new(HttpImages::new(Reach::Public))),
            openid: Arc::new(OpenIdConnect::new(if demo {
                Security::PlainOnThisMachine
            } else {
                Security::HttpsOnly
            })),
            texter: Arc::new(Twilio::new(&config.twilio_url)?),
            pusher: Arc::new(WebPush::new(if config.push_services_here {
                Reach::PublicAnd(Ipv4Addr::LOCALHOST.into())
            } else {
                Reach::Public
            })),
            link_key: database.secret("order-links").await?,
            data: Arc::from(config.data.as_path()),
        })
    }

    /// What the worker knows how to do.
    pub async fn registry(&self, config: &Config) -> anyhow::Result<Registry> {
        let renderer = Arc::new(mail::ThemeRenderer(self.app.clone()));
        let addresses = store_addresses(config, self.app.database()).await?;
        let otherwise = config.public_url();
        let address = move |store: &Store| addresses.get(&store.id).unwrap_or(&otherwise).clone();
        let mails = Arc::new(Mails::new(renderer, Arc::new(address), self.link_key));
        Ok(reactions::registry(
            &mails,
            mail::mailer(config)?,
            Arc::clone(&self.texter),
            Arc::clone(&self.pusher),
            self.gateways.clone(),
        ))
    }
}

/// Where a store is on the web.
pub async fn address_of(config: &Config, database: &Database, store: &Store) -> anyhow::Result<String> {
    let addresses = store_addresses(config, database).await?;
    Ok(addresses.get(&store.id).cloned().unwrap_or_else(|| config.public_url()))
}

/// Where mails of each store but the first link to: its first host name, with the scheme and port of the installation.
async fn store_addresses(config: &Config, database: &Database) -> anyhow::Result<HashMap<StoreId, String>> {
    let first = database.list_stores().await?.first().map(|store| store.id);
    let mut hosts = database.list_hosts().await?;
    hosts.retain(|(_, store)| Some(*store) != first);
    Ok(first_addresses(&config.public_url(), hosts))
}

/// The first of each store's host names as an address.
fn first_addresses(public_url: &str, hosts: Vec<(String, StoreId)>) -> HashMap<StoreId, String> {
    let (scheme, rest) = public_url.split_once("://").unwrap_or(("http", public_url));
    let port = rest
        .rsplit_once(':')
        .map(|(_, port)| format!(":{port}"))
        .unwrap_or_default();
    let mut addresses = HashMap::new();
    for (host, store) in hosts {
        addresses
            .entry(store)
            .or_insert_with(|| format!("{scheme}://{host}{port}"));
    }
    addresses
}

/// Work on one store as Souk itself: the store of that slug, or the only one.
pub async fn work_on(database: &Database, slug: Option<&str>) -> anyhow::Result<Work> {
    let stores = database.list_stores().await?;
    let names = stores
        .iter()
        .map(|store| store.slug.as_str())
        .collect::<Vec<_>>()
        .join(", ");
    let store = match (slug, stores.as_slice()) {
        (_, []) => anyhow::bail!("there is no store yet: make one with `souk store`, or two with `souk demo`"),
        (Some(slug), stores) => stores
            .iter()
            .find(|store| store.slug == slug)
            .with_context(|| format!("there is no store {slug:?}; there are: {names}"))?,
        (None, [only]) => only,
        (None, _) => anyhow::bail!("there are several stores ({names}): say which with --store"),
    };
    Ok(Work::new(database.clone(), Scope::system(Arc::clone(store))))
}

#[cfg(test)]
mod tests {
    use kernel::{SeededEntropy, TypedId as _};

    use super::*;

    #[test]
    fn mails_of_a_store_link_to_its_first_host_name() {
        let entropy = SeededEntropy::new(1);
        let [one, other] = [(); 2].map(|()| StoreId::generate(kernel::Time::UNIX_EPOCH, &entropy));
        let hosts = [
            ("z.example", one),
            ("b.example", other),
            ("a.example", one),
            ("c.example", other),
        ];
        let hosts: Vec<(String, StoreId)> = hosts.map(|(host, store)| (host.to_owned(), store)).into();
        let addresses = first_addresses("https://shop.example:8443", hosts);
        assert_eq!(addresses[&one], "https://z.example:8443");
        assert_eq!(addresses[&other], "https://b.example:8443");
    }
}
