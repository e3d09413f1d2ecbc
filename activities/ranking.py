"""Ranking what all marketplaces answered."""

from temporalio import activity

from talknshop.products import RankRequest, Shortlist
from talknshop.ranking import rank


@activity.defn
async def rank_products(request: RankRequest) -> Shortlist:
    """One list, best first. Pure: an activity only so that the answer stays what it was.

    Run as a local activity: it takes milliseconds, and its input would weigh more than the rest of
    a turn's history.
    """
    products = [product for outcome in request.outcomes for product in outcome.products]
    return rank(request.requirement, products, request.limit)
