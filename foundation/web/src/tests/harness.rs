//! An app with a few routes, and a way to ask it.

use std::sync::Arc;

use async_trait::async_trait;
use axum::{
    Router,
    body::Body,
    extract::{DefaultBodyLimit, Request},
    http::{HeaderMap, StatusCode, header},
    response::IntoResponse as _,
    routing::{any, get, post},
};
use database::{Database, Options, SealingKey, Work};
use kernel::{
    AccountId, Actor, ApiKeyId, CustomerId, EmailAddress, ManualClock, Permission, SeededEntropy, SessionId, Store,
    TypedId,
};
use serde::{Deserialize, Serialize};
use tokio::sync::Notify;
use tower::ServiceExt as _;

use crate::{
    Answer, Api, AppState, Authenticator, Form, IfMatch, Json, Path, Problem, Query, Session, Settings, SignedIn,
    Staff, StaffMember, StoreDirectory, Theme, Visitor, can, finish, version_tag,
};

/// Knows the secrets `customer`, `support` and `owner`, and the key `souk_reader`.
struct KnownSecrets;

fn id<I: TypedId>() -> I {
    I::generate(chrono::DateTime::UNIX_EPOCH, &SeededEntropy::new(1))
}

#[async_trait]
impl Authenticator for KnownSecrets {
    async fn session(&self, _work: &Work, secret: &str) -> Result<Option<Session>, database::Error> {
        let staff = |permissions: &[Permission]| {
            let permissions = permissions.to_vec();
            Some(StaffMember {
                name: "Sam".to_owned(),
                role: "support".to_owned(),
                permissions,
                lacks_second_factor: false,
            })
        };
        let (customer, staff) = match secret {
            "customer" => (Some(id::<CustomerId>()), None),
            "support" => (None, staff(&[Permission::ReadOrders])),
            "owner" => (None, staff(Permission::ALL)),
            _ => return Ok(None),
        };
        let email = EmailAddress::parse("sam@example.com").unwrap();
        Ok(Some(Session {
            id: id::<SessionId>(),
            account: id::<AccountId>(),
            email,
            verified: true,
            customer,
            is_in_group: false,
            staff,
        }))
    }

    async fn api_key(&self, _work: &Work, secret: &str) -> Result<Option<Actor>, database::Error> {
        let permissions = vec![Permission::ReadOrders];
        Ok((secret == "souk_reader").then(|| Actor::ApiKey {
            key: id::<ApiKeyId>(),
            permissions,
        }))
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Thing {
    name: String,
    #[serde(default)]
    tags: Vec<String>,
}

async fn page(visitor: Visitor) -> Answer {
    let hello = visitor.translate("shared-next-page", &[]);
    visitor.page(
        "storefront/hello.html",
        &serde_json::json!({ "hello": hello, "price": {"amount": 1999, "currency": "USD"} }),
    )
}

async fn change(visitor: Visitor, Form(thing): Form<Thing>) -> Answer {
    visitor.flash("shared-next-page");
    Ok(format!("{} {:?} {}", thing.name, thing.tags, visitor.work.scope().actor.label()).into_response())
}

async fn version(IfMatch(wanted): IfMatch) -> Answer {
    match wanted {
        Some(7) | None => Ok(([(header::ETAG, version_tag(7))], "seven").into_response()),
        Some(_) => Err(Problem::version_conflict()),
    }
}

fn routes(state: AppState, gate: Arc<Gate>) -> Router {
    Router::new()
        .route("/", get(page))
        .route("/change", post(change))
        .route("/version", get(version))
        .route("/panics", get(async || -> &'static str { panic!("on purpose") }))
        .route("/waits", any(async move || gate.wait().await))
        .route(
            "/upload",
            post(async |body: String| body.len().to_string()).layer(DefaultBodyLimit::max(1000)),
        )
        .route(
            "/account",
            get(async |customer: SignedIn| customer.customer.to_string()),
        )
        .route(
            "/admin/orders",
            get(async |staff: Staff<can::ReadOrders>| staff.work.scope().actor.label()),
        )
        .route("/admin/refunds", get(async |_: Staff<can::RefundOrders>| "refunds"))
        .route(
            "/api/orders",
            get(async |api: Api<can::ReadOrders>| api.work.scope().actor.label()),
        )
        .route("/api/refunds", post(async |_: Api<can::RefundOrders>| "refunded"))
        .route("/api/things", post(async |Json(thing): Json<Thing>| Json(thing)))
        .route(
            "/api/things/{id}",
            get(async |Path(id): Path<kernel::OrderId>| id.to_string()),
        )
        .route("/api/search", get(async |Query(thing): Query<Thing>| Json(thing)))
        .route(
            "/auth",
            post(async |visitor: Visitor| visitor.count_auth_attempt("a@example.com").await),
        )
        .with_state(state)
}

/// Holds requests to `/waits` until the test says so.
#[derive(Debug, Default)]
pub(super) struct Gate {
    pub(super) arrived: Notify,
    pub(super) open: Notify,
    pub(super) left: Notify,
}

impl Gate {
    async fn wait(&self) -> &'static str {
        self.arrived.notify_one();
        self.open.notified().await;
        self.left.notify_one();
        "waited"
    }
}

/// A folder with the theme the tests need.
pub(super) fn write(folder: &std::path::Path, files: &[(&str, &str)]) {
    for (path, text) in files {
        let file = folder.join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }
}

/// The default theme of the project, as it lies on disk.
pub(super) fn default_theme() -> Theme {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../");
    Theme::folders(format!("{root}themes/default"), format!("{root}translations"))
}

/// A database that nobody listens for.
pub(super) fn no_database() -> Database {
    let connect = "postgres://nobody@127.0.0.1:1/none".parse().unwrap();
    let clock = Arc::new(ManualClock::new(chrono::DateTime::UNIX_EPOCH));
    let entropy = Arc::new(SeededEntropy::new(1));
    Database::connect_lazy(connect, Options::default(), clock, entropy, SealingKey::new([7; 32]))
}

/// The app with the default theme and one page.
pub(super) struct App {
    pub(super) router: Router,
    gate: Arc<Gate>,
    _folder: Option<tempfile::TempDir>,
}

impl App {
    pub(super) fn new() -> Self {
        Self::with(Settings::default())
    }

    pub(super) fn with(settings: Settings) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let template = "<p lang=\"{{ site.locale }}\">{{ hello }} {{ price|money }} {{ site.path }}</p>";
        write(
            folder.path(),
            &[
                ("storefront/hello.html", template),
                ("storefront/assets/site.css", "p { margin: 0 }"),
            ],
        );
        let stores = StoreDirectory::fixed(vec![Arc::new(Store::sample())], vec![]);
        let gate = Arc::new(Gate::default());
        let state = AppState::builder(no_database(), default_theme().overridden_by(folder.path()))
            .authenticator(Arc::new(KnownSecrets))
            .stores(stores)
            .settings(settings)
            .build();
        Self {
            router: finish(&state, routes(state.clone(), Arc::clone(&gate))),
            gate,
            _folder: Some(folder),
        }
    }

    /// Another router, to be asked the same way.
    pub(super) fn around(router: Router) -> Self {
        Self {
            router,
            gate: Arc::default(),
            _folder: None,
        }
    }

    /// Lets requests to `/waits` in and out.
    pub(super) fn gate(&self) -> &Gate {
        &self.gate
    }

    pub(super) fn router(&self) -> Router {
        self.router.clone()
    }

    pub(super) async fn ask(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &str) -> Reply {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "shop.example");
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let response = self
            .router
            .clone()
            .oneshot(request.body(Body::from(body.to_owned())).unwrap())
            .await
            .unwrap();
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        Reply {
            status,
            headers,
            bytes: bytes.to_vec(),
        }
    }

    pub(super) async fn get(&self, path: &str, headers: &[(&str, &str)]) -> Reply {
        self.ask("GET", path, headers, "").await
    }
}

/// An answer with its whole body.
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) bytes: Vec<u8>,
}

impl Reply {
    pub(super) fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).unwrap()
    }

    pub(super) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.bytes).unwrap()
    }

    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}
