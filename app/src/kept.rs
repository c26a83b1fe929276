//! Everything that a process keeps between requests, and every event that drops some of it. This is the whole list: a test in
//! `tests/src/fresh` changes each fact and looks at each page, here and in a second process, and another refuses what is
//! kept without standing here.
//!
//! | kept | under | another when |
//! | --- | --- | --- |
//! | `page.*`, `json.*`: answers to visitors who are not signed in | version of the store's settings, language, scheme and host, path and query; pages also: pieces in the cart | any of what they were made from, as the rows below and the functions they called note it |
//! | – a product | | `catalog.*` of that product; which categories, collections or attributes there are and how they show; a sale begins or ends |
//! | – the products it goes with, products in a list | | `catalog.*` of those products; a sale begins or ends, a product is published on its day |
//! | – its reviews | | `reviews.changed` of that product; `reviews.settings_changed` |
//! | – how much is left | | `inventory.*` of its variants; a reservation runs out |
//! | – when it would arrive | | `shipping.changed`; the store's day ends |
//! | – a list, its facets | | `catalog.*` of any product, category, collection or attribute |
//! | – what a search finds, what is suggested | | this process's index took something in; a minute has passed |
//! | – the path to a category | | `catalog.*` of categories |
//! | – a page that the merchant wrote | | `content.page_changed` of that page |
//! | – what the home page is composed of | | `content.home_changed`; what its sections lead to, as menus |
//! | `content.menus`: both menus, or the departments, with names and targets, and the announcement | language | `content.menus_changed`; `content.announcement_changed`; it begins or ends; `content.page_changed`; `catalog.*` of categories, collections and the products in them; a product is published on its day |
//! | `inventory.pickup`: whether orders can be fetched anywhere, for the link to where that is | – | `inventory.locations_changed` |
//! | `tax.rates`: where a store collects tax and its own rates, for carts that are looked at | destination | `tax.changed` |
//! | `shipping.zones`, `shipping.rules`: what decides deliveries, for carts that are looked at | –, the products | `shipping.changed` |
//! | nothing: pages about products that are open are told | the variant | `inventory.*` of it |
//! | nothing: pages about orders that are open are told | the order, or its customer | `order.*` of that order, but `order.placed` |
//! | `queue.room`: the waiting room and its pace, for whoever is about to buy | – | `queue.room_changed` |
//! | `notifications.texts`: whether the store offers texts, for whoever is about to buy or looks at an account | – | `notifications.texts_changed` |
//! | `notifications.pushes`: the key under which browsers ask for pushes, where the store offers them | – | `notifications.pushes_changed` |
//! | the stores and their host names (`web::StoreDirectory`) | | `store.changed`; half a minute has passed |
//! | `catalog.category_names`: names of categories, for what the search field suggests | – | `catalog.*` of categories |
//! | `catalog.next_turn`: when a sale begins or ends or a product is published next | | `catalog.*` of any product; that moment |
//!
//! Never kept: who somebody is and what they may do, sessions, carts, orders, stock that is promised. A fact is only taken
//! out by a transaction that reads for a shopper (`Ctx::kept`): what an order is charged is worked out in its own transaction
//! from what the tables say then, and when that is not what the shopper saw, the shopper is asked again.

use database::cache::{Followed, followed};
use web::KeptRoute;

/// The routes whose answers are kept.
pub const ROUTES: &[KeptRoute] = &[
    page("/", "page.home"),
    page("/products", "page.list"),
    page("/products/category/{slug}", "page.category"),
    page("/collections/{slug}", "page.collection"),
    page("/search", "page.search"),
    part("/search/suggestions", "page.suggestions"),
    page("/pages/{slug}", "page.article"),
    page("/products/{slug}", "page.product"),
    json("/api/v1/products", "json.list"),
    json("/api/v1/products/{slug}", "json.product"),
    json("/api/v1/categories", "json.categories"),
    json("/api/v1/collections", "json.collections"),
    json("/api/v1/pages", "json.articles"),
    json("/api/v1/pages/{slug}", "json.article"),
    json("/api/v1/menus", "json.menus"),
    json("/api/v1/home-page", "json.home"),
];

/// Facts that units of work share.
pub const FACTS: &[&str] = &[
    "catalog.category_names",
    "catalog.next_turn",
    "content.menus",
    "inventory.pickup",
    "notifications.pushes",
    "notifications.texts",
    "queue.room",
    "shipping.rules",
    "shipping.zones",
    "tax.rates",
];

/// The events that drop something.
pub static EVENTS: &[Followed] = &[
    followed::<catalog::events::ProductChanged>(),
    followed::<catalog::events::ProductsImported>(),
    followed::<catalog::events::ProductsInStockChanged>(),
    followed::<catalog::events::RatingsChanged>(),
    followed::<catalog::events::PopularityChanged>(),
    followed::<catalog::events::PricesTurned>(),
    followed::<catalog::events::CategoriesChanged>(),
    followed::<catalog::events::AttributeShownChanged>(),
    followed::<catalog::events::DisplayChanged>(),
    followed::<content::events::PageChanged>(),
    followed::<content::events::MenusChanged>(),
    followed::<content::events::AnnouncementChanged>(),
    followed::<content::events::HomeChanged>(),
    followed::<inventory::events::AvailabilityChanged>(),
    followed::<inventory::events::FewLeftChanged>(),
    followed::<inventory::events::LocationsChanged>(),
    followed::<notifications::events::PushesChanged>(),
    followed::<notifications::events::TextsChanged>(),
    followed::<orders::OrderPaid>(),
    followed::<orders::OrderAuthorized>(),
    followed::<orders::OrderPaymentFailed>(),
    followed::<orders::OrderProcessing>(),
    followed::<orders::OrderShipped>(),
    followed::<orders::ParcelMoved>(),
    followed::<orders::ParcelChanged>(),
    followed::<orders::ParcelUnpacked>(),
    followed::<orders::OrderDelivered>(),
    followed::<orders::OrderCancelled>(),
    followed::<orders::OrderRefunded>(),
    followed::<queue::events::RoomChanged>(),
    followed::<reviews::events::ReviewsChanged>(),
    followed::<reviews::events::SettingsChanged>(),
    followed::<shipping::events::ShippingChanged>(),
    followed::<tax::events::TaxChanged>(),
    followed::<database::stores::StoreChanged>(),
];

const fn page(path: &'static str, kind: &'static str) -> KeptRoute {
    KeptRoute {
        path,
        kind,
        shows_cart: true,
    }
}

/// A part of pages, which shows nothing of a cart.
const fn part(path: &'static str, kind: &'static str) -> KeptRoute {
    KeptRoute {
        path,
        kind,
        shows_cart: false,
    }
}

const fn json(path: &'static str, kind: &'static str) -> KeptRoute {
    KeptRoute {
        path,
        kind,
        shows_cart: false,
    }
}
