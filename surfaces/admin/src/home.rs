//! The first page: what was sold, what is to do, and the latest orders.

mod figures;
mod steps;

use axum::extract::State;
use catalog::{ProductFilter, Visibility};
use database::{Ctx, jobs};
use kernel::Permission;
use serde::{Deserialize, Serialize};
use web::{Answer, Problem, Query, Staff, ThemeMistake, can};

pub(crate) use self::steps::put_away;
use self::{
    figures::{FiguresView, Period},
    steps::Step,
};
use crate::{Desk, orders::list as order_list, orders::list::OrderRow, products::list as product_list};

#[derive(Serialize)]
struct HomeView {
    name: String,
    role: String,
    /// For those who may read orders.
    figures: Option<FiguresView>,
    tiles: Vec<Tile>,
    /// What is to set up before the first order, and whether it is done.
    steps: Option<Vec<Step>>,
    latest: Option<Vec<OrderRow>>,
    /// What is wrong with the theme, for those who may change settings.
    theme_mistakes: Vec<ThemeMistake>,
}

/// A number that calls for something to be done, and where.
#[derive(Serialize)]
struct Tile {
    name: &'static str,
    count: i64,
    url: &'static str,
    /// Whether it should be looked at when it is not zero.
    urgent: bool,
}

/// Which period the figures are of.
#[derive(Deserialize)]
pub(crate) struct HomeQuery {
    #[serde(default)]
    period: String,
}

pub(crate) async fn show(
    staff: Staff<can::WorkHere>,
    State(desk): State<Desk>,
    Query(query): Query<HomeQuery>,
) -> Answer {
    let may = |permission| staff.member().permissions.contains(&permission);
    let mut ctx = staff.work.read();
    let mut tiles = Vec::new();
    let (mut figures, mut latest) = (None, None::<Vec<OrderRow>>);
    if may(Permission::ReadOrders) {
        figures = Some(figures::figures(&mut ctx, Period::named(&query.period)).await?);
        tiles.extend(order_tiles(&mut ctx).await?);
        let orders = orders::list_latest(&mut ctx, 8).await.map_err(order_list::problem)?;
        latest = Some(orders.into_iter().map(OrderRow::from).collect());
    }
    if may(Permission::ReadCatalog) {
        let sold_out = ProductFilter {
            in_stock: Some(false),
            visibility: Visibility::Published,
            ..ProductFilter::default()
        };
        let count = catalog::count_products(&mut ctx, &sold_out).await;
        let count = count.map_err(product_list::problem)?;
        tiles.push(Tile {
            name: "sold-out",
            count,
            url: "/admin/products?stock=out&status=active",
            urgent: false,
        });
        tiles.push(Tile {
            name: "low-stock",
            count: inventory::count_low(&mut ctx).await?,
            url: "/admin/stock?state=low",
            urgent: true,
        });
    }
    if may(Permission::ManageJobs) {
        let parked = jobs::list_parked(&mut ctx).await.map_err(crate::jobs::problem)?;
        let count = i64::try_from(parked.len()).unwrap_or(i64::MAX);
        tiles.push(Tile {
            name: "parked",
            count,
            url: "/admin/jobs",
            urgent: true,
        });
    }
    let steps = if may(Permission::ManageSettings) {
        let has_sold = match &latest {
            Some(orders) => !orders.is_empty(),
            None => orders::has_any(&mut ctx).await?,
        };
        steps::steps(&mut ctx, &desk, has_sold).await?
    } else {
        None
    };
    ctx.rollback().await;
    let member = staff.member();
    let view = HomeView {
        name: member.name.clone(),
        role: member.role.clone(),
        figures,
        tiles,
        steps,
        latest,
        theme_mistakes: theme_mistakes(&staff),
    };
    staff.page("admin/home.html", &view)
}

fn theme_mistakes(staff: &Staff<can::WorkHere>) -> Vec<ThemeMistake> {
    if !staff.member().permissions.contains(&Permission::ManageSettings) {
        return Vec::new();
    }
    staff.state().pages().mistakes()
}

async fn order_tiles(ctx: &mut Ctx) -> Result<Vec<Tile>, Problem> {
    let to_do = orders::count_to_do(ctx).await.map_err(order_list::problem)?;
    let tile = |name, count, url, urgent| Tile {
        name,
        count,
        url,
        urgent,
    };
    Ok(vec![
        tile("to-ship", to_do.confirmed, "/admin/orders?status=confirmed", true),
        tile("processing", to_do.processing, "/admin/orders?status=processing", true),
        tile(
            "partly-shipped",
            to_do.partially_fulfilled,
            "/admin/orders?status=partially_fulfilled",
            true,
        ),
        tile("failed-payments", to_do.failed, "/admin/orders?payment=failed", false),
    ])
}
