//! Programs that sign in: tokens for a customer and for a key, and what they open.

use serde_json::{Value, json};

use crate::{browser::Browser, installation::Installation, page::Page, stocked::PASSWORD};

const TOKEN: &str = "/api/v1/auth/token";

async fn sign_in(souk: &Installation, password: &str) -> Page {
    let body = json!({"grant_type": "password", "email": souk.alpha.shopper, "password": password});
    souk.visitor().call("POST", TOKEN, &body).await
}

fn program(souk: &Installation, tokens: &Value) -> Browser {
    souk.visitor().with_key(tokens["access_token"].as_str().unwrap())
}

#[tokio::test]
async fn a_program_signs_in_for_a_customer_and_sees_what_is_theirs() {
    let souk = Installation::new().await;
    let beta = souk.beta().await;
    let answer = sign_in(&souk, PASSWORD).await.expect(200);
    assert_eq!(answer.header("cache-control"), "no-store");
    let tokens = answer.json();
    assert_eq!(
        (tokens["token_type"].as_str(), tokens["expires_in"].as_i64()),
        (Some("Bearer"), Some(600))
    );
    let mut program = program(&souk, &tokens);
    let me = program.call("GET", "/api/v1/me", &Value::Null).await.expect(200).json();
    assert_eq!(me["email"], souk.alpha.shopper.as_str());
    let me = program
        .call("PATCH", "/api/v1/me", &json!({"first_name": "Gina"}))
        .await
        .expect(200)
        .json();
    assert_eq!(me["first_name"], "Gina");
    let address = json!({"address": {"line1": "1 Main Street", "city": "Los Angeles", "state": "CA",
        "postal_code": "90001", "country": "US", "first_name": "Gina", "last_name": "Guest"}, "make_default": true});
    let entry = program
        .call("POST", "/api/v1/me/addresses", &address)
        .await
        .expect(201)
        .json();
    let path = format!("/api/v1/me/addresses/{}", entry["id"].as_str().unwrap());
    let mut moved = address.clone();
    moved["address"]["line1"] = json!("2 Side Street");
    let entry = program.call("PATCH", &path, &moved).await.expect(200).json();
    assert_eq!(entry["address"]["line1"], "2 Side Street");
    program.call("DELETE", &path, &Value::Null).await.expect(204);
    program.call("DELETE", &path, &Value::Null).await.expect(404);
    let bad = json!({"address": {"line1": "", "city": "", "country": "US"}});
    program.call("POST", "/api/v1/me/addresses", &bad).await.expect(422);
    program.call("GET", "/api/v1/me/orders", &Value::Null).await.expect(200);

    // It is a customer's token and nothing more, and a page wants a cookie.
    program
        .call("GET", "/api/v1/admin/orders", &Value::Null)
        .await
        .expect(403);
    assert!(program.send("GET", "/account/profile", None).await.sends_to_login());
    let keys = souk.visitor().get("/.well-known/jwks.json").await.expect(200).json();
    assert_eq!(
        (keys["keys"][0]["crv"].as_str(), keys["keys"].as_array().unwrap().len()),
        (Some("Ed25519"), 1)
    );
    let mut there = program.at(beta.host);
    there.call("GET", "/api/v1/me", &Value::Null).await.expect(401);
}

#[tokio::test]
async fn signing_out_everywhere_ends_programs_too() {
    let souk = Installation::new().await;
    let tokens = sign_in(&souk, PASSWORD).await.expect(200).json();
    let mut browser = souk.visitor();
    browser.sign_in(&souk.alpha.shopper).await;
    let page = browser.get("/account/security").await.expect(200);
    assert_eq!(
        page.body.matches("data-testid=\"session-row\"").count(),
        2,
        "{}",
        page.body
    );
    browser.submit("/account/sign-out-everywhere", &[]).await.expect(303);
    let mut program = program(&souk, &tokens);
    program.call("GET", "/api/v1/me", &Value::Null).await.expect(401);
    let refresh = json!({"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]});
    let refused = souk.visitor().call("POST", TOKEN, &refresh).await.expect(401);
    assert_eq!(refused.json()["code"], "invalid_token");
}

#[tokio::test]
async fn a_refresh_token_that_comes_twice_ends_its_session() {
    let souk = Installation::new().await;
    let first = sign_in(&souk, PASSWORD).await.expect(200).json();
    let refresh = json!({"grant_type": "refresh_token", "refresh_token": first["refresh_token"]});
    let second = souk.visitor().call("POST", TOKEN, &refresh).await.expect(200).json();
    program(&souk, &second)
        .call("GET", "/api/v1/me", &Value::Null)
        .await
        .expect(200);
    let stolen = souk.visitor().call("POST", TOKEN, &refresh).await.expect(401);
    assert_eq!(stolen.json()["code"], "token_reused");
    program(&souk, &second)
        .call("GET", "/api/v1/me", &Value::Null)
        .await
        .expect(401);

    let other = sign_in(&souk, PASSWORD).await.expect(200).json();
    let revoke = json!({"refresh_token": other["refresh_token"]});
    souk.visitor()
        .call("POST", "/api/v1/auth/revoke", &revoke)
        .await
        .expect(204);
    souk.visitor()
        .call("POST", "/api/v1/auth/revoke", &revoke)
        .await
        .expect(204);
    program(&souk, &other)
        .call("GET", "/api/v1/me", &Value::Null)
        .await
        .expect(401);
}

#[tokio::test]
async fn a_key_gets_a_token_with_its_permissions() {
    let souk = Installation::new().await;
    let body = json!({"grant_type": "api_key", "api_key": souk.alpha.key});
    let tokens = souk.visitor().call("POST", TOKEN, &body).await.expect(200).json();
    assert!(tokens["refresh_token"].is_null());
    let mut program = program(&souk, &tokens);
    program
        .call("GET", "/api/v1/admin/orders", &Value::Null)
        .await
        .expect(200);
    program.call("GET", "/api/v1/me", &Value::Null).await.expect(401);
}

#[tokio::test]
async fn wrong_input_is_named_and_guesses_are_locked_whoever_exists() {
    let souk = Installation::new().await;
    for (body, field) in [
        (json!({"grant_type": "password", "password": "x"}), "email"),
        (json!({"grant_type": "password", "email": "x"}), "password"),
        (json!({"grant_type": "api_key"}), "api_key"),
        (json!({"grant_type": "refresh_token"}), "refresh_token"),
    ] {
        let refused = souk.visitor().call("POST", TOKEN, &body).await.expect(422);
        assert_eq!(refused.json()["errors"][0]["field"], field);
    }
    let mut answers = Vec::new();
    for email in [souk.alpha.shopper.as_str(), "nobody@example.com"] {
        let mut told = Vec::new();
        for _ in 0..6 {
            let body = json!({"grant_type": "password", "email": email, "password": "wrong"});
            let page = souk.visitor().call("POST", TOKEN, &body).await;
            told.push((page.status.as_u16(), page.json()["code"].clone()));
        }
        answers.push(told);
    }
    assert_eq!(answers[0], answers[1]);
    assert_eq!(answers[0][0], (401, json!("invalid_credentials")));
    assert_eq!(answers[0][5], (429, json!("too_many_attempts")));
}
