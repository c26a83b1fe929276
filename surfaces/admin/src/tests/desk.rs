//! A desk over a fresh database, and a way to ask it.

use std::sync::Arc;

use async_trait::async_trait;
use axum::{
    Router,
    body::Body,
    http::{Request, StatusCode, header},
};
use database::{Work, testing::TestDatabase};
use identity::{OpenId, OpenIdAnswer, OpenIdClaims, OpenIdClient, OpenIdFailure, OpenIdQuestion};
use kernel::{AccountId, Actor, CustomerId, EmailAddress, Locale, Permission, SeededEntropy, SessionId, Time, TypedId};
use media::MemoryBlobs;
use notifications::{
    Channel, MailData, MailKind, MailTemplate, Push, PushAccount, PushKey, Pusher, PusherError, RenderFailed, Rendered,
    Renderer, TemplateMistake, TextKind,
};
use payments::Gateways;
use tower::ServiceExt as _;
use web::{AppState, Authenticator, Session, StaffMember, StoreDirectory, Theme};

/// Knows the secrets `customer`, `everything`, `nothing`, `only <permission>` and `all but <permission>`.
struct KnownSecrets;

#[async_trait]
impl Authenticator for KnownSecrets {
    async fn session(&self, _work: &Work, secret: &str) -> Result<Option<Session>, database::Error> {
        let all = Permission::ALL.iter().copied();
        let permissions = match secret.split_once('-') {
            Some(("only", name)) => all.filter(|permission| permission.as_str() == name).collect(),
            Some(("without", name)) => all.filter(|permission| permission.as_str() != name).collect(),
            _ => all.filter(|_| secret == "everything").collect(),
        };
        let customer = (secret == "customer").then(id::<CustomerId>);
        let staff = StaffMember {
            name: "Sam".to_owned(),
            role: "owner".to_owned(),
            permissions,
            lacks_second_factor: false,
        };
        Ok(Some(Session {
            id: id::<SessionId>(),
            account: id::<AccountId>(),
            email: EmailAddress::parse("sam@example.com").unwrap(),
            verified: true,
            staff: customer.is_none().then_some(staff),
            customer,
            is_in_group: false,
        }))
    }

    async fn api_key(&self, _work: &Work, _secret: &str) -> Result<Option<Actor>, database::Error> {
        Ok(None)
    }
}

/// The issuer that is one.
pub(super) const ISSUER: &str = "https://id.example";

/// Knows [`ISSUER`], where nobody signs in.
struct OneIssuer;

#[async_trait]
impl OpenId for OneIssuer {
    async fn check(&self, issuer: &str) -> Result<(), OpenIdFailure> {
        if issuer == ISSUER {
            Ok(())
        } else {
            Err(OpenIdFailure::Unreachable("nobody is there".to_owned()))
        }
    }

    async fn address(&self, _client: &OpenIdClient, _question: &OpenIdQuestion) -> Result<String, OpenIdFailure> {
        Err(OpenIdFailure::Unreachable("nobody signs in".to_owned()))
    }

    async fn redeem(
        &self,
        _client: &OpenIdClient,
        _answer: &OpenIdAnswer,
        _now: Time,
    ) -> Result<OpenIdClaims, OpenIdFailure> {
        Err(OpenIdFailure::Unreachable("nobody signs in".to_owned()))
    }
}

/// Nobody looks at a mail here; the tests of the whole program do.
struct NoMails;

impl Renderer for NoMails {
    fn render(&self, _data: &MailData) -> Result<Rendered, RenderFailed> {
        Err(RenderFailed("there are no mails here".to_owned()))
    }

    fn render_own(&self, template: &MailTemplate, _data: &MailData) -> Result<Rendered, TemplateMistake> {
        Rendered::from_own(&template.subject, template.html.clone(), None)
    }

    fn start(&self, _kind: MailKind, _locale: Locale) -> MailTemplate {
        MailTemplate::default()
    }

    fn words(&self, _channel: Channel, _kind: TextKind, _locale: Locale) -> String {
        String::new()
    }
}

/// Nobody is pushed anything here either.
struct NoPushes;

#[async_trait]
impl Pusher for NoPushes {
    async fn send(&self, _account: &PushAccount, _push: &Push, _now: Time) -> Result<(), PusherError> {
        Err(PusherError::Gone)
    }

    fn new_key(&self) -> Result<PushKey, String> {
        Ok(PushKey {
            public: vec![4; 65],
            private: vec![1],
        })
    }

    fn service(&self, _endpoint: &str) -> Option<String> {
        None
    }
}

fn id<I: TypedId>() -> I {
    I::generate(chrono::DateTime::UNIX_EPOCH, &SeededEntropy::new(1))
}

/// A desk with its database.
pub(super) struct TestDesk {
    pub(super) db: TestDatabase,
    router: Router,
    uploads: tempfile::TempDir,
}

/// An answer with its whole body.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) location: String,
    pub(super) text: String,
}

impl TestDesk {
    pub(super) async fn open() -> Self {
        let db = TestDatabase::new().await;
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../");
        let theme = Theme::folders(format!("{root}themes/default"), format!("{root}translations"));
        let app = AppState::builder(db.database().clone(), theme)
            .authenticator(Arc::new(KnownSecrets))
            .stores(StoreDirectory::fixed(vec![Arc::clone(db.store())], vec![]))
            .build();
        let uploads = tempfile::tempdir().unwrap();
        let desk = crate::Desk {
            app: app.clone(),
            gateways: Gateways::new([]),
            uploads: uploads.path().join("uploads"),
            images: None,
            blobs: Arc::new(MemoryBlobs::default()),
            openid: Arc::new(OneIssuer),
            renderer: Arc::new(NoMails),
            pusher: Arc::new(NoPushes),
            link_key: [0; 32],
        };
        Self {
            db,
            router: web::finish(&app, crate::router(desk)),
            uploads,
        }
    }

    /// The folder of uploads.
    pub(super) fn uploads(&self) -> std::path::PathBuf {
        self.uploads.path().join("uploads")
    }

    /// Asks as somebody; `Guest` is nobody.
    pub(super) async fn ask(&self, who: &str, request: (&str, &str), (kind, body): (&str, String)) -> Reply {
        let (method, path) = request;
        let mut asked = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "shop.example")
            .header("sec-fetch-site", "same-origin");
        if !kind.is_empty() {
            asked = asked.header(header::CONTENT_TYPE, kind);
        }
        if who != "guest" {
            asked = asked.header(header::COOKIE, format!("{}={who}", web::SESSION_COOKIE));
        }
        let response = self
            .router
            .clone()
            .oneshot(asked.body(Body::from(body)).unwrap())
            .await
            .unwrap();
        let text = |name| {
            response
                .headers()
                .get(name)
                .map_or("", |value| value.to_str().unwrap())
                .to_owned()
        };
        let location = text(header::LOCATION);
        let status = response.status();
        let bytes = axum::body::to_bytes(response.into_body(), usize::MAX).await.unwrap();
        Reply {
            status,
            location,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    /// Shows a page to somebody who may do everything.
    pub(super) async fn get(&self, path: &str) -> Reply {
        self.ask("everything", ("GET", path), ("", String::new())).await
    }

    /// Sends a form as somebody who may do everything.
    pub(super) async fn post(&self, path: &str, form: &[(&str, &str)]) -> Reply {
        let encode = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
        let body: Vec<String> = form
            .iter()
            .map(|(name, value)| format!("{}={}", encode(name), encode(value)))
            .collect();
        let kind = "application/x-www-form-urlencoded";
        self.ask("everything", ("POST", path), (kind, body.join("&"))).await
    }
}
