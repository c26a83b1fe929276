//! The category tree.

use std::collections::HashMap;

use kernel::{CategoryId, Slug};

/// A node of the category tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Category {
    /// The category's id.
    pub id: CategoryId,
    /// The category it lies in; `None` at the top.
    pub parent_id: Option<CategoryId>,
    /// The last part of its page's address.
    pub slug: Slug,
    /// Its name.
    pub name: String,
    /// What its page says above the list, as clean HTML.
    pub description_html: String,
    /// Its picture, or empty.
    pub image_url: String,
    /// What the picture shows, for those who do not see it.
    pub image_alt: String,
    /// The title search engines get; empty means the name.
    pub seo_title: String,
    /// The description search engines get.
    pub seo_description: String,
    /// How the sizes of its products are measured, as clean HTML.
    pub size_guide_html: String,
    /// Its place among its siblings.
    pub position: i32,
    /// Raised by every change, for `If-Match`.
    pub version: i64,
    /// How many categories it lies in: 0 at the top.
    pub depth: usize,
}

/// A category as lists of many show it: its name and picture and where it is in the tree, without what its page says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryNode {
    /// The category's id.
    pub id: CategoryId,
    /// The category it lies in; `None` at the top.
    pub parent_id: Option<CategoryId>,
    /// The last part of its page's address.
    pub slug: Slug,
    /// Its name.
    pub name: String,
    /// Its picture, or empty.
    pub image_url: String,
    /// What the picture shows, for those who do not see it.
    pub image_alt: String,
    /// Its place among its siblings.
    pub position: i32,
    /// How many categories it lies in: 0 at the top.
    pub depth: usize,
}

/// A category with its surroundings, for its page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CategoryDetails {
    /// The category.
    pub category: Category,
    /// The categories it lies in, from the top down.
    pub ancestors: Vec<Category>,
    /// The categories directly in it, in order.
    pub children: Vec<Category>,
}

/// How many levels the tree has at most. Imports make 8, and the way to the top stays a line of breadcrumbs. Trees of before may
/// be deeper: they are shown as they are.
pub(crate) const MOST_LEVELS: usize = 32;

/// Puts categories in tree order, each parent straight before its children and siblings by position and name, and sets
/// their depths. A category whose parent is missing counts as one at the top.
pub(crate) fn in_tree_order(mut categories: Vec<CategoryNode>) -> Vec<CategoryNode> {
    categories.sort_by_cached_key(|category| (category.position, category.name.to_lowercase(), category.id));
    let known: std::collections::HashSet<CategoryId> = categories.iter().map(|category| category.id).collect();
    let mut children: HashMap<Option<CategoryId>, Vec<CategoryNode>> = HashMap::new();
    for category in categories {
        let parent = category.parent_id.filter(|parent| known.contains(parent));
        children.entry(parent).or_default().push(category);
    }
    let mut ordered = Vec::with_capacity(known.len());
    let mut waiting: Vec<CategoryNode> = Vec::new();
    let mut descend = |parent: Option<CategoryId>, depth: usize, waiting: &mut Vec<CategoryNode>| {
        for mut child in children.remove(&parent).unwrap_or_default().into_iter().rev() {
            child.depth = depth;
            waiting.push(child);
        }
    };
    descend(None, 0, &mut waiting);
    while let Some(category) = waiting.pop() {
        descend(Some(category.id), category.depth + 1, &mut waiting);
        ordered.push(category);
    }
    ordered
}

/// The way from the top of the tree down to a category, itself included, for breadcrumbs.
pub fn path_to(categories: &[Category], id: CategoryId) -> Vec<&Category> {
    let by_id: HashMap<CategoryId, &Category> = categories.iter().map(|category| (category.id, category)).collect();
    let mut path = Vec::new();
    let mut next = by_id.get(&id).copied();
    while let Some(category) = next.filter(|_| path.len() < categories.len()) {
        path.push(category);
        next = category.parent_id.and_then(|parent| by_id.get(&parent).copied());
    }
    path.reverse();
    path
}

/// Whether a category would lie in itself if it were put into `parent`. `parents` holds every category's parent.
pub(crate) fn would_be_cyclic(
    parents: &HashMap<CategoryId, Option<CategoryId>>,
    id: CategoryId,
    parent: CategoryId,
) -> bool {
    let mut above = Some(parent);
    for _ in 0..=parents.len() {
        match above {
            None => return false,
            Some(category) if category == id => return true,
            Some(category) => above = parents.get(&category).copied().flatten(),
        }
    }
    true
}

/// Whether a category, or what lies in it, would lie below the last level if it were put into `parent`. `parents` holds every
/// category's parent.
pub(crate) fn would_be_too_deep(
    parents: &HashMap<CategoryId, Option<CategoryId>>,
    id: CategoryId,
    parent: CategoryId,
) -> bool {
    let path = |from: CategoryId| {
        std::iter::successors(Some(from), move |below| parents.get(below).copied().flatten()).take(parents.len())
    };
    let below = parents
        .keys()
        .filter_map(|category| path(*category).position(|above| above == id));
    let levels = path(parent).count().saturating_add(1);
    levels.saturating_add(below.max().unwrap_or_default()) > MOST_LEVELS
}

#[cfg(test)]
mod tests {
    use kernel::{SeededEntropy, Time, TypedId as _};

    use super::*;

    fn node(name: &str, position: i32, parent: Option<&CategoryNode>, entropy: &SeededEntropy) -> CategoryNode {
        CategoryNode {
            id: CategoryId::generate(Time::UNIX_EPOCH, entropy),
            parent_id: parent.map(|parent| parent.id),
            slug: Slug::parse(&name.to_lowercase()).unwrap(),
            name: name.to_owned(),
            image_url: String::new(),
            image_alt: String::new(),
            position,
            depth: 0,
        }
    }

    fn category(node: CategoryNode) -> Category {
        Category {
            id: node.id,
            parent_id: node.parent_id,
            slug: node.slug,
            name: node.name,
            description_html: String::new(),
            image_url: node.image_url,
            image_alt: node.image_alt,
            seo_title: String::new(),
            seo_description: String::new(),
            size_guide_html: String::new(),
            position: node.position,
            version: 1,
            depth: node.depth,
        }
    }

    #[test]
    fn parents_stand_before_their_children() {
        let entropy = SeededEntropy::new(1);
        let home = node("Home", 1, None, &entropy);
        let clothes = node("Clothes", 0, None, &entropy);
        let shirts = node("Shirts", 0, Some(&clothes), &entropy);
        let hats = node("Hats", 0, Some(&clothes), &entropy);
        let caps = node("Caps", 0, Some(&hats), &entropy);
        let rows = vec![caps.clone(), home, shirts, hats, clothes];
        let ordered = in_tree_order(rows);
        let seen: Vec<(usize, &str)> = ordered
            .iter()
            .map(|category| (category.depth, category.name.as_str()))
            .collect();
        assert_eq!(
            seen,
            [(0, "Clothes"), (1, "Hats"), (2, "Caps"), (1, "Shirts"), (0, "Home")]
        );
        let categories: Vec<Category> = ordered.into_iter().map(category).collect();
        let path: Vec<&str> = path_to(&categories, caps.id)
            .iter()
            .map(|category| category.name.as_str())
            .collect();
        assert_eq!(path, ["Clothes", "Hats", "Caps"]);
    }

    #[test]
    fn a_category_cannot_be_put_below_itself() {
        let entropy = SeededEntropy::new(1);
        let [a, b, c] = [(); 3].map(|()| CategoryId::generate(Time::UNIX_EPOCH, &entropy));
        let parents = HashMap::from([(a, None), (b, Some(a)), (c, Some(b))]);
        assert!(would_be_cyclic(&parents, a, c));
        assert!(would_be_cyclic(&parents, a, a));
        assert!(!would_be_cyclic(&parents, c, a));
        let looped = HashMap::from([(a, Some(b)), (b, Some(a)), (c, None)]);
        assert!(
            would_be_cyclic(&looped, c, a),
            "a loop that is there already ends the search"
        );
    }
}
