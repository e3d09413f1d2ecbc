"""Craigslist: bulk posting by RSS documents, and managing what was posted."""

from fastapi import APIRouter

from sandbox.craigslist import bulk, manage
from sandbox.craigslist.manage import refusals
from sandbox.craigslist.postings import buy, posted

__all__ = ["buy", "posted", "refusals", "router"]

router = APIRouter()
router.include_router(bulk.router)
router.include_router(manage.router)
