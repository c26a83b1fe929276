#![doc = include_str!("../README.md")]

mod account;
mod articles;
mod buying;
mod cart;
mod checkout;
mod feeds;
mod head;
mod home;
mod installable;
mod layout;
mod list;
mod live;
mod locations;
mod login;
mod mails;
mod media;
mod moved;
mod order;
mod passkeys;
mod password;
mod places;
mod problems;
mod product;
mod providers;
mod pushes;
mod queue;
mod recent;
mod register;
mod reviews;
mod sandbox;
mod saved_cards;
mod shop;
mod stock_alerts;
mod structured;
mod styleguide;
mod suggestions;
mod text_number;
mod texts;
mod verify;
mod views;
mod wishlists;

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::{HeaderValue, header},
    response::Response,
    routing::{get, post},
};

pub use problems::ProblemsInTheShop;
pub use shop::Shop;

/// Every route of the shop.
pub fn router(shop: Shop) -> Router {
    Router::new()
        .route("/", get(home::handler))
        .route("/search", get(list::search))
        .route("/locations", get(locations::show))
        .route("/queue", get(queue::show).post(queue::join))
        .route("/recently-viewed", get(recent::handler))
        .route("/search/suggestions", get(suggestions::handler))
        .route("/products", get(list::all))
        .route("/products/category/{slug}", get(list::category))
        .route("/collections/{slug}", get(list::collection))
        .route("/pages/{slug}", get(articles::show))
        .route("/products/{slug}", get(product::handler))
        .route("/products/variants/{id}/live", get(live::stock))
        .route("/robots.txt", get(feeds::robots))
        .route("/sitemap.xml", get(feeds::sitemap_index))
        .route("/sitemaps/{file}", get(feeds::sitemap))
        .route("/feeds/google.xml", get(feeds::google))
        .route("/feeds/meta.xml", get(feeds::meta))
        .route("/manifest.webmanifest", get(installable::manifest))
        .route("/sw.js", get(installable::worker))
        .route("/offline", get(installable::offline))
        .route("/_styleguide", get(styleguide::handler))
        .route("/media/{file}", get(media::handler))
        .route("/cart", get(cart::show).post(cart::add::add))
        .route("/cart/lines/{line}", post(cart::change_line))
        .route("/cart/lines/{line}/save", post(cart::saved::save))
        .route("/cart/saved/{line}", post(cart::saved::change))
        .route("/cart/note", post(cart::note::save))
        .route("/cart/coupon", get(cart::coupon::show).post(cart::coupon::apply))
        .route("/cart/coupon/remove", post(cart::coupon::remove))
        .route("/reviews/{id}/helpful", post(reviews::vote::helpful))
        .route("/reviews/{id}/report", post(reviews::vote::report))
        .merge(private_routes())
        .with_state(shop)
}

/// Pages about one person, or with a secret in their address: no cache keeps them, and no other site learns their address.
fn private_routes() -> Router<Shop> {
    Router::new()
        .route("/checkout", get(checkout::show).post(checkout::place))
        .route("/checkout/preview", post(checkout::preview))
        .route("/checkout/return", get(checkout::come_back))
        .route("/checkout/give-up", post(checkout::ordered::give_up))
        .route(
            "/checkout/success",
            get(checkout::success::show).post(checkout::success::keep),
        )
        .route("/preview/home", get(home::preview))
        .route("/preview/pages/{id}", get(articles::preview))
        .route("/orders/{id}", get(order::handler))
        .route("/orders/{id}/live", get(live::order))
        .route("/orders/{id}/again", post(cart::again::again_by_link))
        .route("/orders/{id}/invoices/{document}", get(order::invoices::show))
        .route("/orders/{id}/reviews", get(reviews::of_order::show))
        .route(
            "/reviews/write/{slug}",
            get(reviews::form::show)
                .post(reviews::form::write)
                .layer(DefaultBodyLimit::max(reviews::photos::LARGEST)),
        )
        .route(
            "/reviews/{id}/delete",
            get(reviews::delete::show).post(reviews::delete::delete),
        )
        .route("/wishlists/{id}", get(wishlists::show))
        .route("/stock-alerts", post(stock_alerts::ask))
        .route(
            "/stock-alerts/{id}",
            get(stock_alerts::show).post(stock_alerts::confirm),
        )
        .route("/cart/left/{id}", get(cart::left::show).post(cart::left::take_up))
        .route("/mails/{id}", get(mails::show).post(mails::stop))
        .route("/mails/{id}/again", post(mails::again))
        .route("/pushes", post(pushes::change))
        .route("/pushes/state", post(pushes::state))
        .route("/texts/replies", post(texts::replied))
        .route("/texts/{id}/status", post(texts::status))
        .route("/login", get(login::show).post(login::sign_in))
        .route("/login/code", post(login::complete))
        .route("/login/passkey", post(passkeys::sign_in))
        .route("/login/passkey/options", post(passkeys::sign_in_options))
        .route("/login/providers/{id}", post(providers::leave))
        .route("/login/providers/{id}/callback", get(providers::come_back))
        .route("/logout", post(login::sign_out))
        .route("/register", get(register::show).post(register::register))
        .route("/account/verify", get(verify::show).post(verify::verify))
        .route("/account/verify/again", post(verify::again))
        .route("/account/forgot", get(password::show_forgot).post(password::forgot))
        .route("/account/reset", get(password::show_reset).post(password::reset))
        .route("/sandbox/challenge/{attempt}", get(sandbox::show).post(sandbox::answer))
        .merge(account_routes())
        .layer(axum::middleware::map_response(keep_private))
}

/// What a signed-in customer has.
fn account_routes() -> Router<Shop> {
    Router::new()
        .route("/account", get(account::index))
        .route(
            "/account/profile",
            get(account::profile::show).post(account::profile::update),
        )
        .route("/account/password", post(account::profile::change_password))
        .route(
            "/account/sign-out-everywhere",
            post(account::security::sign_out_everywhere),
        )
        .route("/account/security", get(account::security::show))
        .route("/account/sessions/{id}/end", post(account::security::end_session))
        .route("/account/passkeys", post(passkeys::add))
        .route("/account/passkeys/options", post(passkeys::new_options))
        .route("/account/passkeys/{id}/remove", post(passkeys::remove))
        .route("/account/providers/{id}/link", post(account::methods::link))
        .route("/account/providers/{id}/unlink", post(account::methods::unlink))
        .route("/account/second-factor", post(account::security::start))
        .route("/account/second-factor/codes", post(account::security::replace_codes))
        .route("/account/second-factor/confirm", post(account::security::confirm))
        .route("/account/second-factor/remove", post(account::security::remove))
        .route(
            "/account/addresses",
            get(account::addresses::show).post(account::addresses::add),
        )
        .route(
            "/account/addresses/{id}",
            get(account::addresses::edit).post(account::addresses::update),
        )
        .route("/account/addresses/{id}/remove", post(account::addresses::remove))
        .route(
            "/account/addresses/{id}/default",
            post(account::addresses::make_default),
        )
        .route("/account/cards", get(account::cards::show))
        .route("/account/cards/{id}/default", post(account::cards::make_default))
        .route(
            "/account/cards/{id}/remove",
            get(account::cards::ask_to_remove).post(account::cards::remove),
        )
        .route("/account/data", get(account::data::show))
        .route("/account/data/file", get(account::data::download))
        .route(
            "/account/delete",
            get(account::delete::show).post(account::delete::delete),
        )
        .route("/account/deleted", get(account::delete::deleted))
        .route("/account/orders", get(account::orders::show))
        .route("/account/orders/live", get(live::orders))
        .route("/account/reviews", get(account::reviews::show))
        .route(
            "/account/messages",
            get(account::messages::show).post(account::messages::choose),
        )
        .route("/account/texts", post(account::texts::choose))
        .route("/account/pushes/stop", post(account::pushes::stop))
        .route("/account/orders/{id}/again", post(cart::again::order_again))
        .route(
            "/account/wishlist",
            get(account::wishlist::show).post(account::wishlist::add),
        )
        .route("/account/wishlist/remove", post(account::wishlist::remove))
        .route("/account/wishlist/share", post(account::wishlist::share))
        .route("/account/wishlist/unshare", post(account::wishlist::unshare))
}

async fn keep_private(mut response: Response) -> Response {
    let headers = response.headers_mut();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    response
}
