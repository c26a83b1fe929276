//! The API as a whole: a program of its own for each test, asked over its router.

mod access;
mod addresses;
mod admin_side;
mod delivery_days;
mod document;
mod documented;
mod purchase;
mod refusals;
mod selling;
mod settings;
mod shop_side;

use std::sync::Arc;

use async_trait::async_trait;
use axum::{
    Router,
    body::Body,
    http::{Request, header},
};
use catalog::{UpsertProduct, UpsertVariant};
use database::{Work, testing::TestDatabase};
use http_body_util::BodyExt as _;
use inventory::SetLevel;
use kernel::{Actor, ApiKeyId, Currency, Money, Permission, Sku, Slug, VariantId};
use payment_adapters::SandboxBank;
use payments::{Gateway, Gateways};
use serde_json::{Value, json};
use shipping::{MethodTerms, RateKind, Region, ZoneTerms};
use tower::ServiceExt as _;
use web::{AppState, Session, Settings, Theme};

use crate::Rest;

/// Keys such as `souk_orders:read,orders:fulfil` may do what they name.
struct NamedKeys;

#[async_trait]
impl web::Authenticator for NamedKeys {
    async fn session(&self, _work: &Work, _secret: &str) -> Result<Option<Session>, database::Error> {
        Ok(None)
    }

    async fn api_key(&self, work: &Work, secret: &str) -> Result<Option<Actor>, database::Error> {
        let permissions = secret
            .trim_start_matches("souk_")
            .split(',')
            .filter_map(Permission::parse)
            .collect();
        let key: ApiKeyId = work.read().new_id();
        Ok((secret != "souk_wrong").then_some(Actor::ApiKey { key, permissions }))
    }
}

/// A program with one store that sells a shirt: $20.00, 5 in stock, delivery in the US for $5.00.
struct Api {
    router: Router,
    db: TestDatabase,
    shirt: VariantId,
    _data: tempfile::TempDir,
}

/// What came back.
#[derive(Debug)]
struct Answered {
    status: u16,
    headers: axum::http::HeaderMap,
    body: Value,
    text: String,
}

impl Answered {
    fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map(|value| value.to_str().unwrap())
            .unwrap_or_default()
    }

    fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }
}

async fn stock_the_shop(work: &Work) -> VariantId {
    let mut ctx = work.write();
    let shirt = UpsertVariant {
        sku: Some(Sku::parse("SHIRT").unwrap()),
        price: Some(usd(2_000)),
        ..UpsertVariant::sample()
    };
    let product = UpsertProduct {
        title: "Linen Shirt".to_owned(),
        category_paths: vec![vec!["Clothes".to_owned(), "Shirts".to_owned()]],
        variants: vec![shirt],
        ..UpsertProduct::sample(Slug::parse("linen-shirt").unwrap())
    };
    let stored = catalog::upsert_products(&mut ctx, &[product]).await.unwrap();
    let variant_id = stored[0].variant_ids[0];
    inventory::set_levels(
        &mut ctx,
        &[SetLevel {
            variant_id,
            on_hand: 5,
            backorder: false,
        }],
    )
    .await
    .unwrap();
    let zone = ZoneTerms {
        name: "US".to_owned(),
        regions: vec![Region::parse("US").unwrap()],
    };
    let zone_id = shipping::create_zone(&mut ctx, &zone).await.unwrap();
    let standard = MethodTerms::new("standard", "Standard", RateKind::Flat(usd(500)));
    shipping::create_method(&mut ctx, zone_id, &standard).await.unwrap();
    ctx.commit().await.unwrap();
    variant_id
}

fn usd(minor: i64) -> Money {
    Money::new(minor, Currency::USD)
}

/// A body for `POST /carts` that has everything.
fn whole_cart(variant: VariantId, quantity: i64) -> Value {
    json!({
        "lines": [{"variant_id": variant, "quantity": quantity}],
        "email": "ann@example.com",
        "shipping_address": {
            "first_name": "Ann", "last_name": "Lee", "line1": "1 Main St", "city": "Anytown", "state": "OR",
            "postal_code": "97201", "country": "US",
        },
        "shipping_option": "standard",
    })
}

fn payment(token: &str) -> Value {
    json!({"payment": {"gateway": "sandbox", "token": token}})
}

impl Api {
    async fn new() -> Self {
        let db = TestDatabase::new().await;
        let data = tempfile::tempdir().unwrap();
        let shirt = stock_the_shop(&db.work()).await;
        let settings = Settings {
            api_throttle: None,
            ..Settings::default()
        };
        let app = AppState::builder(
            db.database().clone(),
            Theme::folders("../../themes/default", "../../translations"),
        )
        .authenticator(Arc::new(NamedKeys))
        .settings(settings)
        .build();
        let bank: Arc<dyn Gateway> = Arc::new(SandboxBank::open(data.path(), [9; 32]).unwrap());
        let rest = Rest {
            app: app.clone(),
            gateways: Gateways::new([bank]),
            link_key: [7; 32],
            data: data.path().to_path_buf(),
            images: None,
            search: None,
            blobs: Arc::new(media::MemoryBlobs::default()),
        };
        Self {
            router: web::finish(&app, crate::router(rest)),
            db,
            shirt,
            _data: data,
        }
    }

    async fn send(&self, request: Request<Body>) -> Answered {
        let asked = (request.method().to_string(), request.uri().path().to_owned());
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let body = serde_json::from_slice(&bytes).unwrap_or_default();
        let answered = Answered {
            status: parts.status.as_u16(),
            headers: parts.headers,
            body,
            text,
        };
        documented::check(&asked.0, &asked.1, &answered);
        answered
    }

    async fn get(&self, path: &str) -> Answered {
        self.call("GET", path, &[], None).await
    }

    async fn post(&self, path: &str, body: Value) -> Answered {
        self.call("POST", path, &[], Some(body)).await
    }

    async fn call(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<Value>) -> Answered {
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, database::testing::HOST);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = match body {
            Some(body) => request
                .header(header::CONTENT_TYPE, "application/json")
                .body(body.to_string().into()),
            None => request.body(Body::empty()),
        };
        self.send(request.unwrap()).await
    }

    /// Calls with a key that has these permissions.
    async fn with_key(&self, permissions: &str, method: &str, path: &str, body: Option<Value>) -> Answered {
        let key = format!("Bearer souk_{permissions}");
        self.call(method, path, &[("authorization", &key)], body).await
    }
}
