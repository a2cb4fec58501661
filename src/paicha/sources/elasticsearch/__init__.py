"""Elasticsearch 7, 8 and 9 and OpenSearch 1 to 3 over plain HTTP."""

from paicha.sources.elasticsearch.source import ElasticsearchLogs

__all__ = ["ElasticsearchLogs"]
