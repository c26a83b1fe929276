//! An open installation: database, adapters and HTTP state, joined.

use std::{
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
use kernel::{Store, SystemClock, SystemEntropy};
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
    authenticator::Accounts,
    carts::Carts,
    config::Config,
    files, kept, limits, mail,
    moved::Redirects,
    reactions,
    sealing_key::{Origin, sealing_key},
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
    /// Where its key comes from; unknown when somebody else opened it.
    pub(crate) key: Option<Origin>,
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

    pub(crate) async fn or_close(self, outcome: anyhow::Result<()>) -> anyhow::Result<Self> {
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
        let (key, origin) = sealing_key(config)?;
        let database = Database::connect_lazy(connect, options, clock, entropy, key);
        let server = match (&config.database_url, &cluster) {
            (None, Some(cluster)) => Server::Private(cluster.socket_folder().to_owned()),
            (url, _) => Server::Address(url.clone().unwrap_or_default()),
        };
        Ok(Self {
            database,
            server,
            cluster,
            key: Some(origin),
        })
    }

    /// A database that somebody else runs.
    pub fn beside(database: Database, server: Server) -> Self {
        Self {
            database,
            server,
            cluster: None,
            key: None,
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
        let codecs = Codecs::of_the_system();
        let mut theme = Theme::embedded(&TEMPLATES, &TRANSLATIONS).naming_avif(media::Painter::writes_avif(&codecs));
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
            renditions: media::Renditions::new(Arc::clone(&blobs), made, Arc::new(codecs)),
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
    pub fn registry(&self, config: &Config) -> anyhow::Result<Registry> {
        let renderer = Arc::new(mail::ThemeRenderer(self.app.clone()));
        let public_url = config.public_url();
        let address = move |store: &Store| address_of(&public_url, store);
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

/// Where a store is on the web, and its mails link to: at the address of the installation, or by the store's own host name with
/// the same scheme and port.
pub fn address_of(public_url: &str, store: &Store) -> String {
    let Some(host) = &store.own_host else {
        return public_url.to_owned();
    };
    let (scheme, rest) = public_url.split_once("://").unwrap_or(("http", public_url));
    let port = rest
        .rsplit_once(':')
        .map(|(_, port)| format!(":{port}"))
        .unwrap_or_default();
    format!("{scheme}://{host}{port}")
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
    use database::testing::TestDatabase;

    use super::*;

    #[test]
    fn mails_of_a_store_link_to_its_own_host_name_or_to_the_installation() {
        let store = |host: Option<&str>| Store {
            own_host: host.map(str::to_owned),
            ..Store::sample()
        };
        for (public_url, host, address) in [
            ("https://shop.example:8443", Some("z.example"), "https://z.example:8443"),
            ("https://shop.example", Some("z.example"), "https://z.example"),
            ("https://shop.example:8443", None, "https://shop.example:8443"),
        ] {
            assert_eq!(address_of(public_url, &store(host)), address);
        }
    }

    #[tokio::test]
    async fn who_has_another_key_than_the_one_that_sealed_does_not_start() {
        let db = TestDatabase::new().await;
        let (here, there) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let config = |folder: &Path, key: Option<&str>| Config {
            data: folder.to_owned(),
            database_url: Some(db.address()),
            secret_key: key.map(str::to_owned),
            ..Config::default()
        };
        let start = async |config: Config| match Opened::open_to_seal(&config, Company::Beside).await {
            Ok(opened) => opened.close().await.map(|()| String::new()).unwrap(),
            Err(error) => error.to_string(),
        };
        assert_eq!(start(config(here.path(), None)).await, "");
        assert_eq!(start(config(here.path(), None)).await, "");
        let file = there.path().join("secret.key");
        let alone = start(config(there.path(), None)).await;
        assert!(
            alone.starts_with("SOUK_SECRET_KEY is not set, and there was no"),
            "{alone}"
        );
        assert!(!file.exists(), "what it made is taken back");
        let other = "ab".repeat(32);
        let wrong = start(config(there.path(), Some(&other))).await;
        assert!(wrong.starts_with("SOUK_SECRET_KEY is not the key"), "{wrong}");
        let key = std::fs::read_to_string(here.path().join("secret.key")).unwrap();
        assert_eq!(start(config(there.path(), Some(&key))).await, "");
        std::fs::write(&file, &other).unwrap();
        let opened = Opened::connect(&config(there.path(), None), Company::Beside)
            .await
            .unwrap();
        let (told, remedy) = opened.wrong_key().await.unwrap().unwrap();
        assert!(
            told.contains("does not hold the key") && remedy.contains("adopt-key"),
            "{told}: {remedy}"
        );
        opened.database.adopt_sealing_key().await.unwrap();
        assert_eq!(opened.wrong_key().await.unwrap(), None);
        opened.close().await.unwrap();
        assert_eq!(start(config(there.path(), None)).await, "");
        assert!(start(config(here.path(), None)).await.contains("does not hold the key"));
    }
}
